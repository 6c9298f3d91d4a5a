"""CPU or held: the arithmetic of settling, with the times of the clocks given."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from obs.runtime.accounting import segments
from obs.runtime.accounting.account import Account
from obs.runtime.accounting.clock import CHUNKS, Clock
from obs.runtime.accounting.segments import LONG, PENDING, SMALL, ended, settle
from obs.work import Work

MS = 0.001


class Thread:
    """A thread whose clocks are turned by hand. Times are seconds."""

    def __init__(self, monkeypatch, *, hub=True, watched=True):
        self.now = self.cpu = 0.0
        monkeypatch.setattr(segments, "thread_time", lambda: self.cpu)
        monkeypatch.setattr("obs.runtime.accounting.clock.thread_time", lambda: self.cpu)
        self.clock = Clock(1, SimpleNamespace() if hub else None, 0)
        if watched:
            self.clock.polled = 1

    def account(self):
        return Account(self.clock, None, Work("job", "job"))

    def run(self, account, seconds, cpu=None):
        """What the tracer does for a segment."""
        self.now += seconds
        self.cpu += seconds if cpu is None else cpu
        ended(self.clock, account, seconds, self.now)
        account.run += seconds
        self.clock.at = self.now

    def poll(self, seconds, cpu=0.0):
        """The loop sleeps, in one segment of the hub."""
        clock = self.clock
        clock.polling = int(self.now * 1e9)
        clock.polled = int((self.now + seconds) * 1e9)
        clock.idle += clock.polled - clock.polling
        self.run(clock.loop, seconds, cpu)

    def settle(self):
        settle(self.clock, self.now)


@pytest.fixture
def thread(monkeypatch):
    return Thread(monkeypatch)


def used(account):
    return pytest.approx((account.run - account.held, account.held))


def test_short_segments_are_cpu_and_a_long_one_has_what_they_leave(thread):
    short, long = thread.account(), thread.account()
    for _ in range(10):
        thread.run(short, 0.5 * MS)
    thread.run(long, 20 * MS, cpu=4 * MS)
    assert used(short) == (5 * MS, 0)
    assert used(long) == (4 * MS, 16 * MS)


def test_what_short_segments_did_not_use_they_held_each_its_part(thread):
    one, other = thread.account(), thread.account()
    thread.run(one, 0.6 * MS, cpu=0.6 * MS)
    thread.run(other, 0.2 * MS, cpu=0)
    thread.settle()
    assert used(one) == (0.45 * MS, 0.15 * MS)
    assert used(other) == (0.15 * MS, 0.05 * MS)


def test_what_is_too_little_to_deal_out_is_carried_on_until_it_is_enough_and_none_of_it_is_lost(thread):
    account = thread.account()
    for times in (1, 2):
        thread.run(account, 0.9 * MS, cpu=0.9 * MS * (1 - 0.4 * SMALL))
        thread.settle()
        assert used(account) == (times * 0.9 * MS, 0)
    thread.run(account, 0.9 * MS, cpu=0.9 * MS * (1 - 0.4 * SMALL))
    thread.settle()
    assert account.run - account.held == pytest.approx(thread.cpu, rel=1e-9)
    assert account.held == pytest.approx(3 * 0.9 * MS * 0.4 * SMALL)


def test_what_is_carried_on_is_no_part_of_a_long_segment(thread):
    short, long = thread.account(), thread.account()
    thread.run(short, 0.9 * MS, cpu=0.9 * MS * (1 - 0.4 * SMALL))
    thread.settle()
    thread.run(long, 10 * MS, cpu=4 * MS)
    assert used(long) == (4 * MS, 6 * MS)
    assert used(short) == (0.9 * MS, 0)


def test_a_long_segment_held_all_of_its_time_if_the_short_ones_took_all_cpu(thread):
    short, long = thread.account(), thread.account()
    thread.run(short, 0.9 * MS, cpu=0.5 * MS)
    thread.run(long, 10 * MS, cpu=0)
    assert used(short) == (0.5 * MS, 0.4 * MS)
    assert used(long) == (0, 10 * MS)


def test_the_sum_of_cpu_is_the_threads(thread):
    accounts = [thread.account() for _ in range(3)]
    for step in range(500):
        thread.run(accounts[step % 3], (step % 7) * 0.1 * MS, cpu=(step % 5) * 0.02 * MS)
        if step % 50 == 0:
            thread.run(accounts[0], 3 * MS, cpu=1 * MS)
    thread.settle()
    assert sum(a.run - a.held for a in accounts) == pytest.approx(thread.cpu, rel=1e-6)
    assert sum(a.run for a in accounts) == pytest.approx(thread.now)


def test_cpu_is_read_when_many_short_segments_wait_for_it(thread):
    account = thread.account()
    for _ in range(PENDING):
        thread.run(account, 0.1 * MS, cpu=0)
    assert account.held == pytest.approx(PENDING * 0.1 * MS)
    assert thread.clock.log == []


def test_the_poll_is_idle_and_the_rest_of_the_hub_its_own(thread):
    work, clock = thread.account(), thread.clock
    thread.run(work, 0.5 * MS)
    thread.poll(50 * MS)
    thread.run(clock.loop, 0.4 * MS)
    thread.settle()
    assert used(clock.loop) == (0.4 * MS, 0)
    assert clock.idler.run == pytest.approx(50 * MS)
    assert used(work) == (0.5 * MS, 0)


def test_cpu_in_the_poll_is_the_loops(thread):
    thread.poll(50 * MS, cpu=2 * MS)
    thread.settle()
    assert used(thread.clock.loop) == (2 * MS, 0)
    assert thread.clock.idler.run == pytest.approx(48 * MS)


def test_a_hub_that_holds_the_loop_in_a_callback_is_no_sleep(thread):
    thread.run(thread.clock.loop, 30 * MS, cpu=1 * MS)
    assert used(thread.clock.loop) == (1 * MS, 29 * MS)


def test_without_watchers_the_hub_sleeps_when_it_uses_no_cpu(monkeypatch):
    thread = Thread(monkeypatch, watched=False)
    clock, work = thread.clock, thread.account()
    thread.run(clock.loop, 50 * MS, cpu=1 * MS)
    assert clock.since == pytest.approx(thread.now - 1 * MS)  # a stretch begins when it woke up
    thread.run(work, 2 * MS)
    thread.run(clock.loop, 50 * MS, cpu=0)
    assert used(clock.loop) == (1 * MS, 0)
    assert clock.idler.run == pytest.approx(99 * MS)


def test_a_thread_without_a_hub_waits_where_it_uses_no_cpu(monkeypatch):
    thread = Thread(monkeypatch, hub=False)
    account = thread.account()
    thread.run(account, 20 * MS, cpu=5 * MS)
    assert used(account) == (5 * MS, 0)


def test_a_block_is_recorded_with_its_times_and_cpu(thread, monkeypatch):
    found = []
    monkeypatch.setattr(segments.links, "ended", lambda *block: found.append(block[1:]))
    thread.clock.block = 0.05
    account = thread.account()
    thread.run(account, 40 * MS)
    thread.run(account, 60 * MS, cpu=10 * MS)
    assert [(who, start, end) for who, start, end, _ in found] == [(account.work, 40_000_000, 100_000_000)]
    assert found[0][3] == pytest.approx(10_000_000, abs=2)


def test_the_poll_is_no_part_of_a_block_of_the_hubs(thread, monkeypatch):
    found = []
    monkeypatch.setattr(segments.links, "ended", lambda *block: found.append(block[1:4]))
    clock = thread.clock
    clock.block = 0.05
    clock.polling, clock.polled, clock.idle = 10_000_000, 500_000_000, 490_000_000
    thread.run(clock.loop, 600 * MS, cpu=90 * MS)
    assert found == [("(loop)", 500_000_000, 600_000_000)]


def test_what_turns_out_held_after_the_close_is_taken_from_the_entry(thread):
    account = thread.account()
    thread.run(account, 0.5 * MS, cpu=0)
    entry = account.entry = thread.clock.nobody.entry
    before = entry.done.held
    account.clock = account.work = None  # closed
    thread.settle()
    assert entry.done.held - before == pytest.approx(0.5 * MS)


def test_the_log_is_bounded(thread):
    account = thread.account()
    for _ in range(100_000):
        thread.run(account, LONG / 10)
    assert sum(map(len, thread.clock.past)) <= CHUNKS * 2 * PENDING
