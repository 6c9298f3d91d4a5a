"""`for` and `keep_firing_for`, as Prometheus applies them."""

from __future__ import annotations

from obs.generate.replay.episode import episodes


def spans(moments, hold, keep=0.0):
    return [(each.start, each.end) for each in episodes({}, moments, 60.0, hold, keep)]


def test_it_fires_once_the_condition_has_held_for_long_enough():
    assert spans([0, 60, 120, 180], 120.0) == [(120.0, 240.0)]


def test_it_does_not_if_the_condition_ends_before():
    assert spans([0, 60], 120.0) == []


def test_one_look_without_it_begins_anew():
    assert spans([0, 60, 180, 240], 120.0) == []


def test_without_for_each_look_fires():
    assert spans([0, 300], 0.0) == [(0.0, 60.0), (300.0, 360.0)]


def test_what_is_kept_firing_is_one():
    assert spans([0, 300], 0.0, keep=600.0) == [(0.0, 960.0)]
