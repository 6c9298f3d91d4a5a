"""SLIs on a real server: there before the first request, and right when workers are killed with requests in flight."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.integration.support import DEADLINE, free_port, get, gunicorn, running, samples, under_obs
from tests.integration.test_crashes import arbiter_of, children

TOML = """
[[slo]]
name = "all"
routes = ["*"]
team = "t"
objective = 99.9
[[slo]]
name = "hang"
routes = ["/hang"]
team = "t"
objective = 99.9
"""
QUIET = ("--log-level", "critical")


def sli(port: int) -> dict[str, tuple[float, float, float]]:
    """``(all, bad, in progress)`` by SLO."""
    found: dict[str, dict[str, float]] = {}
    for series, value in samples(get(f"http://127.0.0.1:{port}/metrics")).items():
        name, _, labels = series.partition("{")
        if name.startswith("obs_sli_"):
            found.setdefault(labels.partition('slo="')[2].partition('"')[0], {})[name] = value
    names = ("obs_sli_total", "obs_sli_errors_total", "obs_sli_active")
    return {slo: (row[names[0]], row[names[1]], row[names[2]]) for slo, row in found.items()}


def until(port: int, slo: str, expected: tuple[float, float, float]) -> tuple[float, float, float]:
    """The SLO's counts, once they are these or the deadline is over."""
    deadline = time.monotonic() + DEADLINE
    while (found := sli(port)[slo]) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def ask_and_wait(port: int, times: int) -> list[socket.socket]:
    """So many connections, each with a request for what never answers."""
    found = [socket.create_connection(("127.0.0.1", port)) for _ in range(times)]
    for connection in found:
        connection.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
    return found


@pytest.mark.parametrize("worker", ["gevent", "gthread"])
def test_what_a_killed_worker_had_in_flight_is_bad_exactly_once(tmp_path: Path, worker: str) -> None:
    port, metrics = free_port(), free_port()
    (tmp_path / "obs.toml").write_text(TOML)
    env = {"OBS_RUNTIME_DIR": str(tmp_path / "run"), "OBS_CONFIG": str(tmp_path / "obs.toml")}
    command = under_obs(gunicorn("hang:app", port, worker, 1, *QUIET, "--threads", "4"), metrics)
    with running(command, port, env) as launcher:
        before, _, _ = sli(metrics)["all"]  # what asked whether it is up
        assert sli(metrics)["hang"] == (0, 0, 0)
        for dead in (0, 3):
            connections = ask_and_wait(port, 3)
            assert until(metrics, "hang", (dead, dead, 3)) == (dead, dead, 3)
            os.kill(children(arbiter_of(launcher.pid))[0], signal.SIGKILL)
            assert until(metrics, "hang", (dead + 3, dead + 3, 0)) == (dead + 3, dead + 3, 0)
            for connection in connections:
                connection.close()
        get(f"http://127.0.0.1:{port}/well")
        total, bad, active = until(metrics, "all", (before + 7, 6, 0))
    assert (total - before, bad, active) == (7, 6, 0)
