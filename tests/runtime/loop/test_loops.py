"""Loops as they are watched, on each of gevent's three kinds, monkey-patched and not: one target program each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TARGET = Path(__file__).parent / "target_loops.py"
KINDS = {"libev-cext": "gevent.libev.corecext", "libev-cffi": "gevent.libev.corecffi", "libuv": "gevent.libuv.loop"}


@pytest.fixture(scope="module", params=[f"{kind}{patched}" for kind in KINDS for patched in ("", " patched")])
def seen(request: pytest.FixtureRequest) -> Any:
    """What the target saw on this kind of loop. It must say nothing else."""
    kind, *arguments = request.param.split()
    program = [sys.executable, "-W", "error", str(TARGET), *arguments]
    environ = {**os.environ, "GEVENT_LOOP": kind}
    ran = subprocess.run(program, capture_output=True, text=True, timeout=100, check=False, env=environ)
    assert (ran.returncode, ran.stderr) == (0, "")
    result = json.loads(ran.stdout)
    assert result["kind"] == KINDS[kind]
    return result


def test_busy_and_idle_add_up_to_the_time_that_passed(seen: Any) -> None:
    for name, times in seen["times"].items():
        assert times["busy"] + times["idle"] == pytest.approx(times["wall"], rel=0.03), name


def test_a_loop_with_nothing_to_do_is_idle(seen: Any) -> None:
    assert seen["times"]["idle"]["idle"] > 0.9 * seen["times"]["idle"]["wall"]
    assert seen["times"]["short"]["idle"] > 0.8 * seen["times"]["short"]["wall"]


def test_callbacks_are_work_though_gevent_runs_them_right_before_the_poll(seen: Any) -> None:
    busy, mixed = seen["times"]["busy"], seen["times"]["mixed"]
    assert busy["busy"] >= 0.95 * busy["wall"]
    assert mixed["busy"] >= 0.14
    assert mixed["idle"] >= 0.09


def test_what_runs_before_the_loop_does_is_not_its_work(seen: Any) -> None:
    """A worker's imports would be its longest block."""
    start = seen["start"]
    assert start["before"][0] == 0
    assert start["after"][0] < 0.02e9
    assert start["late"] == 0


def test_each_wait_is_a_turn(seen: Any) -> None:
    assert seen["times"]["short"]["turns"] >= 25


def test_a_stretch_goes_on_until_the_loop_has_really_slept(seen: Any) -> None:
    assert seen["stretch"] == {"while busy": [1, True], "after a sleep": [0, True]}


def test_a_sleeping_loop_answers_every_probe_at_once(seen: Any) -> None:
    asleep = seen["lateness"]["asleep"]
    assert asleep["probes"] >= 20
    assert asleep["at_once"] >= asleep["probes"] - 1  # one may have become ready while the target itself ran


def test_a_block_is_seen_by_every_probe_in_it(seen: Any) -> None:
    """300 ms: 30 probes, late by 150 ms on average."""
    block = seen["lateness"]["one block"]
    assert block["probes"] - block["at_once"] >= 29
    assert 4.2 <= block["seconds"] <= 9


def test_many_short_slices_in_a_row_delay_as_one_block_does(seen: Any) -> None:
    slices = seen["lateness"]["slices"]
    assert slices["probes"] - slices["at_once"] >= 29
    assert 4.2 <= slices["seconds"] <= 9


def test_the_sleep_after_work_is_no_delay(seen: Any) -> None:
    nap = seen["lateness"]["a nap after work"]
    assert nap["probes"] - nap["at_once"] <= 3
    assert nap["seconds"] < 0.08


def test_a_hub_in_another_thread_is_watched_by_itself(seen: Any) -> None:
    threads = seen["threads"]
    assert threads["watched"] == 2
    assert threads["busy"]["busy"] >= 0.95 * threads["busy"]["wall"]


def test_another_thread_can_end_the_watching(seen: Any) -> None:
    assert not seen["threads"]["still turning"]


def test_the_loop_of_a_thread_that_has_ended_is_forgotten(seen: Any) -> None:
    assert seen["threads"]["left"] == [True]


def test_a_forked_child_begins_at_zero_and_goes_on(seen: Any) -> None:
    child = seen["fork"]
    assert child["at once"] < 0.04  # the parent had just worked for 50 ms
    assert child["later"]["busy"] >= 0.09
    assert child["later"]["idle"] >= 0.09
    assert child["later"]["busy"] + child["later"]["idle"] == pytest.approx(child["later"]["wall"], rel=0.05)


def test_watching_keeps_no_loop_alive(seen: Any) -> None:
    assert seen["ends"]


def test_undo_leaves_nothing_on_the_loop(seen: Any) -> None:
    undo = seen["undo"]
    assert undo["silent"]
    assert undo["shadowed after"] == []
    assert undo["left"] == 0
    assert not undo["watchers"]


def test_the_next_hub_is_watched_once_whether_it_has_the_old_loop_or_not(seen: Any) -> None:
    for again in seen["again"]:
        assert again["watched"] == 1
        assert again["busy"] + again["idle"] == pytest.approx(again["wall"], rel=0.05)
