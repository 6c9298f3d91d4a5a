"""Dramatiq's own commands, with their child processes: as a service starts them under ``obs run``."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from obs.host.environment import BOOTSTRAP
from obs.metrics.reader import Reader
from tests.jobs.redis_server import RedisServer

pytestmark = pytest.mark.real


class Service:
    """A folder with the actors, and what runs in it with obs on."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        shutil.copy(Path(__file__).parent / "actors.py", folder)
        (folder / "this").mkdir(mode=0o700)
        self.environ = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(BOOTSTRAP),
            "OBS_RUNTIME_DIR": str(folder),
            "OBS_RUN_DIR": str(folder / "this"),
            "REDIS_URL": url,
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """That command of Dramatiq's; what it says is shown if the test fails."""
        options = ["--processes", "2", "--threads", "2", "actors", "--path", "."]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [command, *options], cwd=self.folder, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        self.started.append(process)
        return process

    def run(self, program: str) -> None:
        command = [sys.executable, "-c", f"import actors\n{program}"]
        subprocess.run(command, cwd=self.folder, env=self.environ, check=True, timeout=60)

    def values(self, name: str) -> dict[tuple[str, ...], float]:
        """Of a metric, in all its processes; of a histogram, how many."""
        reader = Reader(self.folder / "this")
        series = reader.snapshot().series.items()
        found = {key.labels: sum(cells[:-1]) or cells[0] for key, cells in series if key.metric.name == name}
        reader.close()
        return {labels: value for labels, value in found.items() if value}


@pytest.fixture
def service(redis_server: RedisServer, tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path, redis_server.url)
    yield service
    print((tmp_path / "log").read_text())
    for process in service.started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("command", ["dramatiq", "dramatiq-gevent"])
def test_a_worker_of_several_processes(service: Service, command: str) -> None:
    process = service.start(command)
    service.run("for i in range(20): actors.notify.send('a')")
    ended = {("dramatiq", "push", "notify", "ok"): 20.0}
    until(lambda: service.values("messaging_process_duration_seconds") == ended)
    until(lambda: service.values("obs_job_slots") == {("dramatiq",): 4.0})
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert service.values("messaging_process_duration_seconds") == ended
    assert service.values("messaging_client_sent_messages_total") == {("dramatiq", "push", "notify"): 20.0}
    assert not service.values("obs_jobs_active")
    assert not service.values("obs_self_errors_total")
