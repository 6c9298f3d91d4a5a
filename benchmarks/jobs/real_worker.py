"""One real worker on Redis, started by its own command line, bare or under ``obs run``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.harness import BenchmarkError
from benchmarks.harness.processes import descendants

TICK = 1e6 / os.sysconf("SC_CLK_TCK")
"""µs of a tick that the kernel counts CPU in."""

PATIENCE = 120.0
"""Seconds for a worker's start, and for one round."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A library, as a user of it sends jobs and starts a worker."""

    name: str
    title: str
    command: tuple[str, ...]
    """After ``python -m``; ``{url}`` is Redis's."""
    send: Callable[[str, int], None]
    """``send(url, jobs)``"""
    left: Callable[[Any], int]
    """Jobs that stand in the queue or are worked on, by a Redis client."""


class Round(NamedTuple):
    """What one round of a worker took."""

    seconds: float
    """A job."""
    cpu: float
    """µs a job, of the worker's processes, the dead ones included."""


class RealWorker:
    """A context manager: the worker has begun to wait for jobs, or BenchmarkError is raised."""

    def __init__(self, queue: Queue, url: str, prefix: tuple[str, ...], environ: Mapping[str, str]) -> None:
        from redis import Redis

        self.queue, self.url, self.redis = queue, url, Redis.from_url(url)
        self.folder = TemporaryDirectory(prefix="obs-bench-")
        command = [*prefix, sys.executable, "-m", *(word.format(url=url) for word in queue.command)]
        self.output = Path(self.folder.name, "output")
        own = {"BENCHMARKS_REDIS": url, "OBS_RUNTIME_DIR": self.folder.name, **environ}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | own)
        self.take(10)  # it has started when it has worked

    def take(self, jobs: int) -> Round:
        """Send ``jobs`` while the worker is stopped, let it go on, and wait until the last is done."""
        stopped = self._tree()
        _signal(stopped, signal.SIGSTOP)
        self.queue.send(self.url, jobs)
        before, began = cpu(stopped), time.perf_counter()
        _signal(stopped, signal.SIGCONT)
        self._await_empty()
        took = time.perf_counter() - began
        return Round(took / jobs, (cpu(self._tree()) - before) / jobs)

    def _await_empty(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.queue.left(self.redis):
            if self.process.poll() is not None or time.monotonic() > until:
                tail = "\n".join(self.output.read_text().splitlines()[-8:])
                raise BenchmarkError(f"{self.queue.title}'s worker doesn't work:\n{tail}")
            time.sleep(0.002)

    def _tree(self) -> list[int]:
        """The worker's processes, without obs's launcher and host process."""
        return [pid for pid in descendants(self.process.pid) if not _is_obs(pid)]

    def __enter__(self) -> RealWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            _signal([*self._tree(), self.process.pid], signal.SIGKILL)
            self.process.wait()
        self.redis.close()
        self.folder.cleanup()


def _is_obs(pid: int) -> bool:
    words = _read(pid, "cmdline").split("\0")
    return words[1:3] == ["-m", "obs"] or "obs.host.process" in words


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # a child for one job, which is done
            os.kill(pid, number)


def cpu(pids: list[int]) -> float:
    """µs of CPU of ``pids`` and of what they have waited for: utime, stime, cutime and cstime of proc_pid_stat(5)."""
    fields = [_read(pid, "stat").rpartition(")")[2].split()[11:15] for pid in pids]
    return TICK * sum(int(field) for each in fields for field in each)


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""
