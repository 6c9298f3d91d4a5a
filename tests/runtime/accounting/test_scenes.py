"""Works in real greenlets whose truth is known by construction.

CPU is burnt by the thread's own CPU clock, so it is known to a millisecond however busy the machine is. Waits and holds
can only take longer than asked for, so those have lower bounds, and the sum of the four clocks says the rest.
"""

from __future__ import annotations

import pytest

CPU = 0.006
"""Seconds of CPU that a scene may use beside what it burns."""


def near(seconds):
    return pytest.approx(seconds, rel=0.05, abs=CPU)


def adds_up(clocks):
    return sum(clocks[state] for state in ("cpu", "held", "delay", "wait")) == pytest.approx(clocks["duration"])


def total(found, name):
    return sum(found["counted"][name])


def test_a_work_that_is_never_switched_away_from_ran_all_the_time(scene):
    short, long = scene("unswitched")
    assert adds_up(short)
    assert short["wait"] == short["delay"] == 0
    assert adds_up(long)
    assert long["cpu"] == near(0.02)
    assert long["wait"] == pytest.approx(0, abs=1e-9)
    assert long["delay"] == 0


def test_a_sleep_is_waiting(scene):
    clocks = scene("sleeping")
    assert adds_up(clocks)
    assert clocks["wait"] >= 0.0495
    assert clocks["cpu"] < CPU


def test_a_sleep_that_gevent_does_not_know_of_holds_the_loop(scene):
    for clocks in scene("holding"):
        assert adds_up(clocks)
        assert clocks["held"] >= 0.049
        assert clocks["cpu"] < CPU


def test_a_fan_out_has_one_state_at_a_time(scene):
    clocks = scene("fan_out")
    assert adds_up(clocks)
    assert clocks["cpu"] == near(0.1)
    assert 0.0495 <= clocks["wait"] < 0.2  # over its greenlets it would be half a second
    assert clocks["delay"] < 0.5 * clocks["wait"]  # while one of its own runs, it is not delayed


def test_who_is_ready_while_another_work_runs_is_delayed(scene):
    found = scene("delayed")
    victim, culprit = found["victim"], found["culprit"]
    assert adds_up(victim)
    assert culprit["cpu"] == near(0.1)
    assert victim["cpu"] < CPU
    assert victim["delay"] >= 0.08  # the last 90 of its 110 ms
    assert 0.01 <= victim["wait"] < victim["duration"] - 0.08


def test_a_nested_work_is_part_of_its_parents_clocks_and_counted_by_itself(scene):
    found = scene("nested")
    outer, inner = found["outer"], found["inner"]
    assert adds_up(outer)
    assert adds_up(inner)
    assert inner["cpu"] == near(0.03)
    assert outer["cpu"] == near(0.05)
    assert outer["wait"] >= 0.0695
    assert found["counted"]["outer"][0] == near(0.02)
    assert total(found, "outer") + total(found, "inner") == pytest.approx(outer["duration"])


def test_what_children_do_after_the_close_is_counted_apart(scene):
    found = scene("children_after")
    assert adds_up(found["parent"])
    assert found["parent"]["cpu"] < CPU
    assert found["counted"]["(after) parent"][0] == near(0.03)
    assert total(found, "parent") == pytest.approx(found["parent"]["duration"])


def test_children_that_start_after_the_close_too(scene):
    assert scene("children_of_unswitched")["(after) parent"][0] == near(0.03)


def test_a_work_closed_in_another_greenlet_is_counted_once(scene):
    found = scene("closed_elsewhere")
    assert adds_up(found["clocks"])
    assert found["clocks"]["cpu"] == near(0.02)
    assert total(found, "GET /") == pytest.approx(found["clocks"]["duration"])


def test_a_work_closed_in_another_thread_is_counted_once(scene):
    found = scene("closed_in_thread")
    assert adds_up(found["clocks"])
    assert found["clocks"]["cpu"] == near(0.02)
    assert total(found, "GET /") == pytest.approx(found["clocks"]["duration"])


def test_the_steps_of_a_body_are_their_works_and_what_is_between_is_not(scene):
    found = scene("streamed")
    assert adds_up(found["clocks"])
    assert found["clocks"]["cpu"] == near(0.03)
    assert found["counted"]["(unattributed)"][0] >= 0.0299
    assert total(found, "GET /stream") == pytest.approx(found["clocks"]["duration"])


def test_a_long_work_is_counted_while_it_is_open_and_not_twice(scene):
    found = scene("long")
    assert sum(found["open"]) > 1.0
    assert found["open"][0] > 0.2 * found["clocks"]["cpu"]
    assert sum(found["closed"]) == pytest.approx(found["clocks"]["duration"])
    assert all(now >= before for now, before in zip(found["closed"], found["open"], strict=True))


def test_a_work_that_only_waits_is_counted_while_it_is_open(scene):
    found = scene("parked")
    assert found["open"][3] > 1.0
    assert sum(found["closed"]) == pytest.approx(found["clocks"]["duration"])


def test_a_work_that_nobody_can_close_any_more_is_let_go(scene):
    assert scene("abandoned") == {"gone": [True, False], "open": 1}


def test_all_time_is_somebodys(scene):
    found = scene("all_time")
    used = {
        name: dict(zip(("cpu", "held", "delay", "wait"), row, strict=True)) for name, row in found["counted"].items()
    }
    ran = {name: row["cpu"] + row["held"] for name, row in used.items() if name != "(threads)"}
    assert sum(ran.values()) + used["(idle)"]["wait"] == pytest.approx(found["wall"], rel=0.02)
    cpu = sum(row["cpu"] for name, row in used.items() if name != "(threads)")
    assert cpu == pytest.approx(found["thread"], rel=0.02)
    assert cpu + used["(threads)"]["cpu"] == pytest.approx(found["process"], rel=0.05)
    assert used["(threads)"]["cpu"] >= 0.19
    assert 0.152 < used["job"]["cpu"] < 0.2  # 80 times 2 ms, and what a slow machine takes to begin and end each
    assert used["(unattributed)"]["cpu"] >= 0.08
    assert used["(loop)"]["cpu"] > 0


def test_works_in_a_hub_of_another_thread_have_clocks_and_carried_ones_are_counted_apart(scene):
    found = scene("second_hub")
    assert adds_up(found["there"])
    assert found["there"]["cpu"] == near(0.02)
    assert found["there"]["held"] >= 0.019
    assert adds_up(found["here"])
    assert found["here"]["cpu"] < CPU
    assert found["counted"]["(threads) here"][0] == near(0.02)
    assert found["hubs"] == 2


def test_kills_and_timeouts_are_switches_too(scene):
    clocks = scene("throwing")
    assert adds_up(clocks)
    assert clocks["wait"] + clocks["delay"] >= 0.019
