"""``obs cost`` on a real server: each team's CPU is what its code used, and all of it adds up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import DEADLINE, free_port, get, gunicorn, running, under_obs

TOML = """
[service]
name = "owned"
[[feature]]
name = "reports"
team = "numbers"
routes = ["/burn", "/used"]
[[feature]]
name = "chores"
team = "platform"
routes = ["/upkeep"]
jobs = ["upkeep.*"]
"""

ROUNDS = 20


@pytest.fixture(params=["gevent", "sync"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The service under obs run, on gevent and without: its port, and the environment that obs needs to see it."""
    (tmp_path / "obs.toml").write_text(TOML)
    environ = {"OBS_RUNTIME_DIR": str(tmp_path / "runs"), "OBS_CONFIG": str(tmp_path / "obs.toml")}
    port = free_port()
    with running(under_obs(gunicorn("owned:app", port, request.param), 0), port, environ):
        yield port, environ


def cost(environ: dict[str, str], by: str) -> Any:
    command = [sys.executable, "-m", "obs", "cost", "--json", "--by", by]
    done = subprocess.run(command, env=os.environ | environ, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def settled(environ: dict[str, str], calls: int) -> Any:
    """The cost by work once everything that was asked is in the counters: they follow within a second."""
    until, last, found = time.monotonic() + DEADLINE, -1.0, cost(environ, "work")
    while time.monotonic() < until:
        cpu = sum(row["cpu"] for row in found["rows"])
        if found["total"]["calls"] >= calls and cpu == last:
            return found
        last = cpu
        time.sleep(1.1)
        found = cost(environ, "work")
    raise AssertionError(found)


def test_each_team_pays_for_what_its_code_used_and_it_adds_up(service: tuple[int, dict[str, str]]) -> None:
    port, environ = service
    for _ in range(ROUNDS):
        for route in ("burn", "wait", "upkeep"):
            get(f"http://127.0.0.1:{port}/{route}")
    used = json.loads(get(f"http://127.0.0.1:{port}/used"))
    works = settled(environ, 4 * ROUNDS + 1)
    by_name = {row["name"]: row for row in works["rows"]}
    assert by_name["GET /burn"]["owner"] == "reports (numbers)"
    assert by_name["GET /wait"]["owner"] == "(no owner)"
    assert by_name["upkeep.sweep"]["owner"] == "chores (platform)"
    assert [by_name[name]["calls"] for name in ("GET /burn", "GET /upkeep", "upkeep.sweep")] == [ROUNDS] * 3
    assert by_name["GET /wait"]["cpu"] < 0.2 * used["burn"]

    teams = {row["name"]: row["cpu"] for row in cost(environ, "team")["rows"]}
    assert used["burn"] * 0.95 < teams["numbers"] < used["burn"] * 1.05 + 0.1  # what Flask and obs need is in it
    assert used["upkeep"] * 0.95 < teams["platform"] < used["upkeep"] * 1.05 + 0.1
    assert by_name["upkeep.sweep"]["cpu"] > used["upkeep"] * 0.95  # the job's own, and not once more its request's

    parts = sum(row["cpu"] for row in [*works["rows"], *works["others"]])
    assert parts == pytest.approx(works["total"]["cpu"], abs=1e-4)
