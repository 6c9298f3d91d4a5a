"""The tracer's slot is shared with others, before and after, polite or not; and it is given back."""

from __future__ import annotations

import pytest


@pytest.fixture
def scene(target):
    return lambda name: target("tracer", name)


def right(clocks):
    """As target_tracer.py's Work must be."""
    return clocks["cpu"] == pytest.approx(0.02, abs=0.006) and clocks["wait"] + clocks["delay"] >= 0.0095


def test_who_traced_before_is_called_and_has_the_slot_again_afterwards(scene):
    found = scene("before")
    assert right(found["clocks"])
    assert found["calls"] >= 20
    assert found["left"]


def test_who_traces_after_us_and_calls_us_stays_where_it_is(scene):
    found = scene("after")
    assert right(found["clocks"])
    assert found["lost"] == 0
    assert found["depth"] == 1
    assert found["left"]
    assert found["still"] >= 2


def test_taken_out_from_between_two_others_it_passes_through(scene):
    found = scene("between")
    assert found["left"]
    assert found["still"] >= 2


def test_replaced_by_somebody_who_does_not_call_it_it_comes_back_and_calls_them(scene):
    found = scene("rude")
    assert right(found["clocks"])
    assert found["lost"] == 1
    assert found["calls"] >= 20
    assert found["left"]


def test_a_former_tracer_that_raises_is_removed_and_ours_comes_back(scene):
    found = scene("raising")
    assert found["raised"]
    assert found["gone"]
    assert found["lost"] == 1
    assert right(found["clocks"])


def test_a_signal_handlers_exception_reaches_the_service_and_the_tracer_comes_back(scene):
    found = scene("signalled")
    assert found["gone"]
    assert found["caught"] == found["rang"]
    assert found["lost"] == 1
    assert right(found["clocks"])


def test_a_fault_of_obs_stays_inside_and_is_told_later(scene):
    found = scene("faulty")
    assert found["before"] == {}
    assert found["told"] == {"accounting": 1}
    assert found["same"]
    assert right(found["clocks"])


@pytest.mark.parametrize("order", ["monitor_before", "monitor_after"])
def test_gevents_monitor_thread_still_tells_of_blocks(scene, order):
    found = scene(order)
    assert right(found["clocks"])
    assert found["after"] > found["before"]
    assert found["lost"] == 0


def test_uninstalling_leaves_no_trace(scene):
    found = scene("no_trace")
    bare, *states = found["states"]
    assert states[1] == states[3] == bare
    assert states[0] != bare
    assert states[2] != bare
    assert found["clocks"]["cpu"] == 0
