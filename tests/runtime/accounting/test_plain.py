"""Without gevent: a thread waits where it uses no CPU; it is counted without a loop to tick on."""

from __future__ import annotations

import pytest

from tests.runtime.accounting.test_scenes import CPU, adds_up, near


@pytest.fixture
def scene(target):
    return lambda name: target("plain", name)


def test_cpu_is_the_threads_and_the_rest_is_waiting(scene):
    found = scene("single")
    for name in ("short", "one", "outer", "inner"):
        assert adds_up(found[name])
        assert found[name]["held"] == found[name]["delay"] == 0
    assert found["one"]["cpu"] == near(0.03)
    assert found["one"]["wait"] >= 0.049
    assert found["inner"]["cpu"] == near(0.02)
    assert found["outer"]["cpu"] == near(0.03)
    assert found["outer"]["wait"] >= 0.019
    assert found["counted"]["outer"][0] == near(0.01)
    assert sum(found["counted"]["GET /"]) == pytest.approx(found["short"]["duration"] + found["one"]["duration"])


def test_the_sum_of_cpu_is_the_threads_however_short_the_works(scene):
    found = scene("many")
    cpu = {name: row[0] for name, row in found["counted"].items()}
    assert cpu["short"] + cpu["(unattributed)"] == pytest.approx(found["thread"], rel=0.03)
    assert sum(cpu.values()) == pytest.approx(found["process"], rel=0.05)
    assert found["counted"]["short"][3] >= 0.1


def test_threads_have_their_own_clocks(scene):
    counted = scene("threads")
    assert counted["GET /"][0] == near(0.2)
    assert counted["GET /"][3] >= 0.19


def test_a_long_work_is_counted_while_it_is_open_and_not_twice(scene):
    found = scene("long")
    assert found["open"][0] > 0.3
    assert found["open"][3] > 1.0
    assert sum(found["counted"]["job"]) + sum(found["counted"]["inner"]) == pytest.approx(found["clocks"]["duration"])
    assert found["counted"]["job"][0] == pytest.approx(0.9, abs=2 * CPU)
