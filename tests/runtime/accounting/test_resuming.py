"""Waits are sampled in proportion to time, and delays looked at within a bound, with everything around given."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from obs.runtime.accounting import resuming, tick
from obs.runtime.accounting.account import Account
from obs.runtime.accounting.clock import PERIOD, Clock
from obs.runtime.accounting.resuming import MOST, NEAR, resumed
from obs.work import Work

FRAME = sys._getframe()


@pytest.fixture
def clock():
    return Clock(1, SimpleNamespace(), 0)


@pytest.fixture
def account(clock):
    return Account(clock, None, Work("job", "victim"))


@pytest.fixture
def linked(monkeypatch):
    """What was called of the other parts; ``ready`` is what they say."""
    calls = SimpleNamespace(ready=(0, False), asked=[], charged=[], sampled=[])

    def ready_ns(clock, greenlet, frame, parked_ns, now):
        calls.asked.append((greenlet, parked_ns, now))
        return calls.ready

    monkeypatch.setattr(resuming.links, "ready_ns", ready_ns)
    monkeypatch.setattr(resuming.links, "charge", lambda clock, *delay: calls.charged.append(delay))
    monkeypatch.setattr(resuming.links, "sample", lambda work, frame, ns: calls.sampled.append(ns))
    monkeypatch.setattr(resuming, "_parked", lambda tracer, depth: FRAME)
    return calls


def test_samples_weigh_what_was_waited(clock, account, linked):
    waited = 0.0
    for step in range(20_000):
        seconds = (step % 37) * 0.001
        waited += seconds
        resuming._sample(clock, account, FRAME, seconds)
    assert sum(linked.sampled) / 1e9 == pytest.approx(waited, rel=0.02)


def test_two_kinds_of_wait_in_step_with_the_period_are_sampled_alike(clock, account, linked):
    kinds = [0, 0]
    for step in range(20_000):
        resuming._sample(clock, account, FRAME, PERIOD / 2)
        kinds[step % 2] += sum(linked.sampled)
        linked.sampled.clear()
    assert kinds[0] == pytest.approx(kinds[1], rel=0.1)


def test_a_long_wait_is_one_sample(clock, account, linked):
    resuming._sample(clock, account, FRAME, 3600.0)
    assert len(linked.sampled) == 1
    assert linked.sampled[0] / 1e9 == pytest.approx(3600, abs=2 * PERIOD)


def test_a_delay_is_from_when_it_was_ready_and_charged_for_that_time(clock, account, linked):
    linked.ready = (30_000_000, False)
    clock.at = 0.1
    resumed(clock, account, "greenlet", 0.1, 0.05)
    assert linked.asked == [("greenlet", 0, 100_000_000)]
    assert account.delay == pytest.approx(0.07)
    assert linked.charged == [(account.work, 30_000_000, 100_000_000, 1)]


def test_nobody_was_ready_before_the_loop_last_slept(clock, account, linked):
    linked.ready = (30_000_000, False)
    clock.stretch = 60_000_000
    resumed(clock, account, "greenlet", 0.1, 0.04)
    assert account.delay == pytest.approx(0.04)


def test_a_short_blind_time_is_not_looked_at(clock, account, linked):
    account.seen = 0.1 - NEAR / 2
    resumed(clock, account, "greenlet", 0.1, NEAR / 4)
    assert linked.asked == linked.charged == []
    assert account.delay == pytest.approx(NEAR / 4)


def test_too_much_looking_stops_until_the_next_tick_and_guesses_as_it_has_learnt(clock, account, linked):
    for step in range(1, 20):
        account.seen = step * 0.01
        linked.ready = (int(account.seen * 1e9), False)
        resumed(clock, account, "greenlet", account.seen + 0.005, 0.0025)
        clock.spent = 0.0
    assert account.share == pytest.approx(1, abs=0.01)
    clock.spent = MOST
    linked.asked.clear()
    resumed(clock, account, "greenlet", 10.0, 0.001)
    assert linked.asked == []


def test_one_look_in_so_many_weighs_as_many(clock, account, linked):
    clock.every = 4
    linked.ready = (0, False)
    for _ in range(4000):
        resumed(clock, account, "greenlet", 0.01, 0.01)
        clock.spent = 0.0
    assert pytest.approx(sum(weight for *_, weight in linked.charged), rel=0.15) == 4000
    assert {weight for *_, weight in linked.charged} == {4}


def test_guesses_are_counted_as_such(clock, account, linked):
    linked.ready = (50_000_000, True)
    resumed(clock, account, "greenlet", 0.1, 0.0)
    assert clock.guessed == pytest.approx(0.05)
    linked.ready = (50_000_000, False)
    resumed(clock, account, "greenlet", 0.1, 0.0)
    assert clock.guessed == pytest.approx(0.05)


def test_who_is_no_work_of_this_thread_is_neither_delayed_nor_sampled(clock, account, linked):
    account.work = None
    resumed(clock, account, "greenlet", 10.0, 5.0)
    assert account.delay == 0.0
    assert linked.asked == linked.sampled == []


@pytest.mark.parametrize(("hub", "bound"), [(SimpleNamespace(), 1.0), (None, tick.ALONE)])
def test_what_the_last_second_has_cost_says_how_often_the_next_looks(hub, bound):
    clock = Clock(1, hub, 0)
    every = []
    for spent in (1.1 * tick.TOO_MUCH, 1.1 * tick.TOO_MUCH, 0.9 * tick.TOO_MUCH, 0.9 * tick.LITTLE, 0.0, 0.0):
        clock.spent = spent * bound
        tick.pace(clock)
        every.append(clock.every)
    assert every == [2, 4, 4, 2, 1, 1]
    assert clock.spent == 0.0


def test_threads_without_a_hub_are_paced_once_a_second_whoever_ticks(monkeypatch):
    clock, now = Clock(1, None, 0), [1000.0]
    monkeypatch.setattr(tick, "every", lambda: [clock])
    monkeypatch.setattr(tick, "perf_counter", lambda: now[0])
    monkeypatch.setattr(tick.last, "paced", 0.0)
    for after, every in ((0.0, 2), (0.2, 2), (1.0, 4)):
        now[0] += after
        clock.aside = tick.TOO_MUCH
        list(tick.counting())
        assert clock.every == every
