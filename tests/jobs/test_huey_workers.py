"""Huey's consumers as people run them, under ``obs run``: threads, greenlets and forked processes, and their ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import free_port, get, samples, stop

KINDS = ["thread", "greenlet", "process"]
PROGRAM = Path(__file__).with_name("huey_consumer.py")
DEADLINE = 40.0


STAY = '"$0" "$@"; exec sleep 600'
"""Runs a command, and goes on when it has ended: so does the run, whose metrics are still there."""


class Consumer:
    """One under ``obs run``."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.port = free_port()
        self.log = folder / "log"
        run = [sys.executable, "-m", "obs", "run", "--port", str(self.port), "--"]
        environ = os.environ | {"OBS_RUNTIME_DIR": str(folder / "run")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*run, "sh", "-c", STAY, sys.executable, str(PROGRAM), *arguments],
                cwd=folder,
                env=environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def metric(self, name: str) -> dict[str, float]:
        """The samples of ``name`` by the rest of their labels, or none while nobody answers."""
        try:
            found = samples(get(f"http://127.0.0.1:{self.port}/metrics"))
        except OSError:
            return {}
        return {series: value for series, value in found.items() if series.startswith(name + "{")}

    def ended(self, outcome: str) -> float:
        """How many jobs ended so."""
        counts = self.metric("messaging_process_duration_seconds_count")
        return sum(value for series, value in counts.items() if f'outcome="{outcome}"' in series)

    def total(self, name: str) -> float:
        return sum(self.metric(name).values())

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if found := condition():
                return found
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f"never: {what}; {self.log.read_text()}")

    def find(self) -> int:
        """The process that Huey's consumer runs in: the first, if it has forked others."""
        return min(pid for pid in descendants(self.process.pid) if running(pid, PROGRAM.name))


def descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
            yield child
            yield from descendants(child)


def of_session(leader: int) -> Iterator[int]:
    """Who lives of the session that ``leader`` began, until nobody does."""
    while found := [pid for pid in map(int, _numbers()) if _session(pid) == leader]:
        yield from found
        time.sleep(0.02)


def _numbers() -> list[str]:
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]


def _session(pid: int) -> int:
    with suppress(OSError):
        if (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
            return os.getsid(pid)
    return 0


def running(pid: int, program: str) -> bool:
    """Whether Python runs ``program`` there."""
    with suppress(OSError):
        arguments = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        return arguments[0] == sys.executable and arguments[1].endswith(program)
    return False


@pytest.fixture
def consumer(tmp_path: Path) -> Iterator[Callable[..., Consumer]]:
    running: list[Consumer] = []

    def start(*arguments: str) -> Consumer:
        running.append(Consumer(tmp_path, *arguments))
        return running[-1]

    yield start
    for one in running:
        stop(one.process)
        for pid in of_session(one.process.pid):  # the shell's child outlives the shell, and forks others
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("kind", KINDS)
def test_every_job_is_counted_once_whoever_runs_it(consumer: Callable[..., Consumer], kind: str) -> None:
    running = consumer(kind, "20", "time.sleep(0.005)", "workers=3")
    running.until(lambda: running.ended("ok") == 20, "20 jobs")
    assert running.total("messaging_client_sent_messages_total") == 20
    assert running.total("obs_job_queue_wait_seconds_count") == 20
    assert running.total("obs_job_slots") == 3
    running.until(lambda: running.metric("obs_jobs_active") and not running.total("obs_jobs_active"), "none in flight")


def test_processes_that_end_after_one_job_lose_no_count(consumer: Callable[..., Consumer]) -> None:
    running = consumer("process", "6", "pass", "max_tasks=1")
    running.until(lambda: running.ended("ok") == 6, "6 jobs")
    assert running.total("obs_job_queue_wait_seconds_count") == 6


def test_a_worker_that_is_killed_leaves_nothing_in_flight_and_its_job_uncounted(
    consumer: Callable[..., Consumer],
) -> None:
    running = consumer("process", "6", "os.kill(os.getpid(), signal.SIGKILL) if n == 2 else None")
    running.until(lambda: running.ended("ok") == 5, "the other 5 jobs")
    running.until(lambda: not running.total("obs_jobs_active"), "none in flight")
    assert running.total("messaging_process_duration_seconds_count") == 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_the_end_of_its_worker_interrupts_is_killed(consumer: Callable[..., Consumer], kind: str) -> None:
    running = consumer(kind, "1", "open('began', 'w').close(); time.sleep(600)")
    running.until(running.log.with_name("began").exists, "the job")
    os.kill(running.find(), signal.SIGTERM)
    running.until(lambda: running.ended("killed") == 1, "the job's end")
    assert not running.total("obs_jobs_active")
    assert not running.total("obs_self_errors_total")
