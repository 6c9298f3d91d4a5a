"""What is done every so many seconds: when it is due, whatever the others do."""

from __future__ import annotations

import pytest

from obs import errors
from obs.runtime.watch import ticks
from obs.runtime.watch.ticks import Ticks

SECOND = 10**9


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(errors, "faults", {})
    monkeypatch.setattr(ticks, "perf_counter_ns", lambda: 0)
    return Ticks()


def test_each_is_called_when_it_is_due(clock):
    called = []
    clock.every(1.0, lambda: called.append("a"))
    clock.every(2.5, lambda: called.append("b"))
    assert clock.run(0) == SECOND
    assert clock.run(SECOND) == 2 * SECOND
    assert clock.run(int(2.6 * SECOND)) == 3 * SECOND  # in step: what is done as often is done together
    assert called == ["a", "a", "b"]


def test_what_was_missed_is_not_made_up_for(clock):
    called = []
    clock.every(1.0, lambda: called.append("a"))
    clock.run(60 * SECOND)
    clock.run(60 * SECOND)
    assert called == ["a"]


def test_one_that_fails_is_contained_and_called_again(clock, caplog):
    called = []

    def fails():
        called.append("f")
        raise RuntimeError("mine")

    clock.every(1.0, fails)
    clock.every(1.0, lambda: called.append("a"))
    clock.run(SECOND)
    clock.run(2 * SECOND)
    assert called == ["f", "a", "f", "a"]
    assert list(errors.faults.values()) == [2]
    assert "fails failed" in caplog.text


def test_it_can_be_taken_back_also_by_itself(clock):
    called = []
    undo = clock.every(1.0, lambda: (called.append("once"), undo()))
    clock.run(SECOND)
    clock.run(2 * SECOND)
    undo()
    assert called == ["once"]
    assert clock.run(0) == SECOND, "without any, it looks again a second later"
