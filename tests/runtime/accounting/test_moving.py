"""From accounts to entries: nothing twice, nothing lost, the four clocks adding up to the duration."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from obs.runtime.accounting import moving
from obs.runtime.accounting.account import LATER, SOON
from obs.runtime.accounting.clock import Clock
from obs.runtime.accounting.entries import Entry
from obs.runtime.accounting.segments import begin
from obs.work import Work


@pytest.fixture
def clock():
    return Clock(1, SimpleNamespace(), 0)


@pytest.fixture
def entry():
    return Entry("job", "job", "")


def opened(clock, started=0.0, parent=None):
    work = Work("job", "job")
    work.started, work.parent = started, parent
    account = begin(clock, work, started)
    return work, account


def close(work, account, entry, now):
    work.ended = now
    moving.close(account, work, entry)
    return (work.cpu, work.held, work.delay, work.wait)


def test_what_is_neither_running_nor_delay_was_waiting(clock, entry):
    work, account = opened(clock)
    account.run, account.held, account.delay = 3.0, 1.0, 2.0
    assert close(work, account, entry, 10.0) == (2.0, 1.0, 2.0, 5.0)
    assert entry.used == (2.0, 1.0, 2.0, 5.0)
    assert work.account is None
    assert clock.open == set()


def test_clocks_never_add_up_to_more_than_the_duration(clock, entry):
    work, account = opened(clock)
    account.run, account.held, account.delay = 3.0, 4.0, 9.0
    assert close(work, account, entry, 5.0) == (0.0, 3.0, 2.0, 0.0)


def test_a_nested_works_clocks_are_its_parents_too_and_counted_once(clock, entry):
    outer, around = opened(clock)
    inner, inside = opened(clock, 1.0, parent=outer)
    around.nests = 1
    inside.run = 2.0
    apart = Entry("job", "inner", "")
    assert close(inner, inside, apart, 5.0) == (2.0, 0.0, 0.0, 2.0)
    assert around.nests == 0
    around.run = 1.0
    assert close(outer, around, entry, 10.0) == (3.0, 0.0, 0.0, 7.0)
    assert entry.used == (1.0, 0.0, 0.0, 5.0)
    assert apart.used == (2.0, 0.0, 0.0, 2.0)


def test_an_open_work_is_counted_up_to_when_the_loop_last_slept(clock, entry):
    work, account = opened(clock)
    account.entry = entry
    account.run, account.seen = 1.0, 2.0
    clock.at, clock.stretch = 9.0, 8_000_000_000
    moving.move_open(account)
    assert entry.used == (1.0, 0.0, 0.0, 7.0)  # of the last second nobody knows yet
    account.delay = 1.0
    assert close(work, account, entry, 10.0) == (1.0, 0.0, 1.0, 8.0)
    assert entry.used == (1.0, 0.0, 1.0, 8.0)


def test_while_a_work_is_open_inside_it_what_goes_on_is_that_ones(clock, entry):
    _, account = opened(clock)
    account.entry = entry
    account.seen, account.nests = 2.0, 1
    clock.at, clock.stretch = 9.0, 8_000_000_000
    moving.move_open(account)
    assert entry.used == (0.0, 0.0, 0.0, 2.0)


def test_who_has_only_waited_is_looked_at_less_often(clock, entry):
    _, account = opened(clock)
    account.entry = entry
    clock.at = account.due
    account.seen = clock.at
    moving.move_open(account)
    assert account.due == clock.at + SOON
    clock.at = account.due + 0.1
    moving.move_open(account)
    assert account.due == clock.at + LATER


def test_a_work_closed_where_there_is_no_clock_is_found_by_the_tick(clock):
    work, account = opened(clock)
    account.run = 1.0
    work.ended = 3.0
    moving.move_open(account)
    assert (work.cpu, work.wait) == (1.0, 2.0)
    assert clock.open == set()


def test_the_sleep_that_is_not_settled_yet_is_not_the_loops_cpu(clock):
    loop, idle = clock.loop.entry, clock.idler.entry
    before = loop.used, idle.used
    clock.loop.run, clock.idle = 5.0, 4_000_000_000
    moving.move_all(clock)
    moving.move_all(clock)
    assert loop.used.minus(before[0]).cpu == pytest.approx(1.0)
    assert idle.used.minus(before[1]).wait == pytest.approx(4.0)
