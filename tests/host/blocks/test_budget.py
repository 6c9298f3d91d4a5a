"""Stacks from outside are bounded: for the run, and for a process whose blocks are over before one is there."""

from __future__ import annotations

from obs.host.blocks import budget as budgets
from obs.host.blocks.budget import Budget


class Time:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_run_has_so_many_at_once_and_then_some_per_second():
    time = Time()
    budget = Budget(time)
    assert [budget.allow(str(n)) for n in range(12)] == [True] * 10 + [False] * 2
    time.now += 2.0
    assert [budget.allow("a"), budget.allow("b")] == [True, False]
    time.now += 1e6
    assert [budget.allow(str(n)) for n in range(11)] == [True] * 10 + [False]


def test_a_process_whose_stacks_come_too_late_is_asked_more_and_more_seldom():
    time = Time()
    budget = Budget(time)
    waits = []
    for _ in range(8):
        time.now += 100.0
        assert budget.allow("a")
        budget.came_late("a")
        waited = 0.0
        while not budget.allow("a"):
            time.now += 0.5
            waited += 0.5
        waits.append(waited)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    budget.came_in_time("a")
    time.now += 10.0
    assert budget.allow("a")
    assert budget.allow("b"), "the others are not held up"


def test_the_gone_are_forgotten():
    budget = Budget(Time())
    budget.came_late("a")
    budget.came_late("b")
    budget.forget({"b"})
    assert set(budget._pauses) == {"b"}
    assert budgets.LONGEST == 60.0
