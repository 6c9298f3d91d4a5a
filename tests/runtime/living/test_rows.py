"""A row for each greenlet and thread of a process, whatever it does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TARGET = Path(__file__).with_name("target_states.py")


@pytest.fixture(scope="module", params=["patched", "plain"])
def seen(request: pytest.FixtureRequest) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(TARGET), request.param],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


def of(seen: dict[str, Any], function: str) -> list[dict[str, Any]]:
    """The rows whose stack has that function in it."""
    return [row for row in seen["rows"] if function in row.get("stack", ())]


def test_nothing_fails_and_nothing_stays(seen):
    assert seen["faults"] == {}
    assert seen["after"] == 0


def test_one_that_is_parked(seen):
    plain, raw = (row for row in of(seen, "takes_lock") if "work" not in row)
    assert (plain["state"], plain["on"], plain["stack"][-1]) == ("waiting", "lock", "takes_lock")
    assert (plain["kind"], raw["kind"]) == ("Greenlet", "TrackedRawGreenlet")
    assert plain["spawned_at"] == ["<module>"]
    assert plain["age"] > 0.04
    assert "since" not in plain  # nobody knows


def test_names_that_were_given(seen):
    assert [row["name"] for row in of(seen, "sleeps") if "name" in row] == ["the sleeper"]


def test_one_of_a_work_and_its_child(seen):
    (opener,) = of(seen, "opener")
    assert (opener["work"], opener["state"]) == ("push.notify", "waiting")
    assert 0 < opener["since"] < opener["work_age"]
    (child,) = (row for row in of(seen, "sleeps") if row.get("work"))
    assert (child["work"], child["on"], child["spawned_at"]) == ("push.notify", "sleep", ["opener"])
    assert "push.notify" in child["stack"]  # its label


def test_one_that_stands_in_line(seen):
    (row,) = of(seen, "yields")
    assert row["state"] == "ready"
    assert row["since"] >= 0
    assert "on" not in row


def test_one_that_runs(seen):
    (row,) = of(seen, "holds_the_loop")
    assert (row["state"], row["stack"][-1]) == ("running", "holds_the_loop")
    assert [row["state"] for row in seen["rows"] if row["kind"] != "thread"].count("running") == 1


def test_one_that_has_not_started(seen):
    assert [row["state"] for row in of(seen, "never_runs")] == ["not started"]


def test_one_that_has_ended_and_is_kept(seen):
    (row,) = (row for row in seen["rows"] if row["state"] == "dead")
    assert "stack" not in row


def test_a_native_thread(seen):
    (row,) = of(seen, "works_in_a_thread")
    assert (row["kind"], row["state"]) == ("thread", "running")


def test_the_hub_and_the_main_greenlet(seen):
    roles = {row["role"]: row for row in seen["rows"] if "role" in row}
    assert roles["hub"]["on"] == "(loop)"
    assert roles["main"]["state"] == "waiting"
    idle = {row["role"]: row for row in seen["idle"]}
    assert (idle["hub"]["state"], idle["hub"]["on"]) == ("running", "(idle)")


def test_each_is_told_of_once(seen):
    ids = [row["id"] for row in seen["rows"]]
    assert len(ids) == len(set(ids))


def test_one_that_nobody_has_seen_start_is_found_by_a_scan(seen):
    assert seen["unknown"] == ["greenlet"]


def test_those_that_are_parked_for_who_samples_waits(seen):
    assert ["", "push.notify", "sleep", True] in seen["parked"]
    assert ["the sleeper", "", "sleep", False] in seen["parked"]
    assert seen["two"] == 2
