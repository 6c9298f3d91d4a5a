"""``obs run --profile`` on a real gunicorn with gevent: whatever comes and goes is followed, kept and sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from obs.host.continuous.shelf import kept
from obs.profiling.file import read
from obs.profiling.session import Session
from tests.host.continuous.fake_pyroscope import Pyroscope
from tests.host.launched import children, until
from tests.integration.load import under_load
from tests.integration.support import free_port, get, gunicorn, running, under_obs

pytestmark = pytest.mark.real

WINDOW = "1s"

BURN = ("GET /burn", "compute")
"""The work, and the function of the service, that the load spends its CPU in."""


class Running:
    """The service, with what its run has kept."""

    def __init__(self, folder: Path, port: int, metrics: int, launcher: int) -> None:
        self.folder, self.port, self.metrics, self.launcher = folder, port, metrics, launcher

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def host(self) -> int:
        """The pid of the host process."""
        return until(lambda: next(filter(is_host, children(self.launcher)), None), "the host")

    def windows(self) -> list[Session]:
        return [read(one.path) for one in kept(self.folder / "run" / "profiles" / "mixed")]

    def wait_for(self, wanted: Callable[[list[Session]], Any], what: str) -> list[Session]:
        until(lambda: wanted(self.windows()), f"{what}; the log: {self.log}")
        return self.windows()

    def sampled(self, pid: int) -> bool:
        return any(sample.pid == pid for window in self.windows() for sample in window.samples)

    def workers(self) -> list[int]:
        (server,) = (pid for pid in children(self.launcher) if pid != self.host)
        return children(server)


def is_host(pid: int) -> bool:
    return b"obs.host.process" in cmdline(pid)


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def served(folder: Path, *options: str, workers: int = 1, **env: str) -> Iterator[Running]:
    port, metrics = free_port(), free_port()
    command = gunicorn("mixed:app", port, "gevent", workers, *options)
    command = under_obs(command, metrics, "--service", "mixed", "--profile")
    env = {"OBS_RUNTIME_DIR": str(folder / "run"), "OBS_PROFILE_WINDOW": WINDOW, "OBS_PROFILE_RATE": "50", **env}
    with running(command, port, env, folder / "log") as process:
        get(f"http://127.0.0.1:{port}/json")
        yield Running(folder, port, metrics, process.pid)


def hottest(windows: list[Session]) -> tuple[str, str]:
    """The work and the service's own function that most CPU samples of ``windows`` are in."""
    merged = Session.merge(windows)
    seen: dict[tuple[str, str], int] = {}
    for sample in merged.samples:
        own = [frame.function for frame in merged.frames_of(sample) if frame.file.endswith("/apps/mixed.py")]
        if own:
            seen[sample.work, own[-1]] = seen.get((sample.work, own[-1]), 0) + sample.looks
    return max(seen, key=lambda place: seen[place], default=("", ""))


def of_the_load(window: Session) -> bool:
    """Whether both workers were up by then, and burning."""
    return len(window.processes) == 2 and hottest([window]) == BURN and "GET /burn" in window.totals


def history(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "obs", "profile", "history", *options]
    env = {**os.environ, "OBS_RUNTIME_DIR": str(folder / "run")}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_windows_are_kept_and_sent_and_outlive_the_run(tmp_path):
    server = Pyroscope()
    env = {
        "OBS_PYROSCOPE_ENDPOINT": server.url,
        "OBS_PYROSCOPE_TENANT": "team-a",
        "OBS_ENV": "test",
        "OBS_VERSION": "1.2.3",
    }
    with served(tmp_path, workers=2, **env) as service, under_load(service.port, "/burn", 4):
        # The first are of workers that import what they need; accounts are up to a second old.
        windows = service.wait_for(lambda found: any(map(of_the_load, found)), "a window of the load on both workers")
        health = json.loads(get(f"http://127.0.0.1:{service.metrics}/healthz"))["profile"]
        assert health["kept"] >= len(windows) - 1
    seen = next(filter(of_the_load, windows))
    assert (seen.service, seen.env, seen.service_version, seen.source) == ("mixed", "test", "1.2.3", "reader")
    assert seen.rates == {"cpu": 50.0}
    assert seen.totals["GET /burn"].keys() == {"cpu"}

    # The run is gone, its windows are not; the one that its end cut short is among them, and was sent as well.
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["profiles"]
    assert len(service.windows()) > len(windows)
    assert history(tmp_path, "--since", "10m").stdout.startswith("Hottest: cpu, ")
    server.close()
    assert server.wrong == []
    assert len(server.pushed) == len(service.windows())
    pushed = next(each for each in server.pushed if "GET /burn" in each.seconds() and "compute" in each.functions())
    assert (pushed.service, pushed.labels["env"], pushed.labels["version"]) == ("mixed", "test", "1.2.3")
    assert pushed.headers["X-Scope-Orgid".title()] == "team-a"


def test_workers_that_come_and_go_are_followed(tmp_path):
    with served(tmp_path) as service, under_load(service.port, "/burn", 2):
        (first,) = service.workers()
        until(lambda: service.sampled(first), "the first worker")
        server = next(pid for pid in children(service.launcher) if pid != service.host)
        os.kill(server, signal.SIGHUP)
        until(lambda: first not in service.workers() and service.workers(), "the second worker")
        (second,) = service.workers()
        until(lambda: service.sampled(second), "the second worker's samples")
        os.kill(second, signal.SIGKILL)
        until(lambda: second not in service.workers() and service.workers(), "the third worker")
        (third,) = service.workers()
        until(lambda: service.sampled(third), "the third worker's samples")
    assert "no continuous profile" not in service.log


def test_a_host_that_is_killed_loses_its_window_and_nothing_else(tmp_path):
    with served(tmp_path) as service, under_load(service.port, "/burn", 2):
        before = service.wait_for(lambda found: len(found) >= 1, "a window")
        first = service.host
        os.kill(first, signal.SIGKILL)
        until(lambda: service.host != first, "the next host")
        after = service.wait_for(
            lambda found: BURN in [hottest([window]) for window in found[len(before) :]], "a window of the next"
        )
    assert after[: len(before)] == before
