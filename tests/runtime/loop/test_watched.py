"""A loop's turns by a clock that the test sets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from obs.metrics import catalog
from obs.metrics.store import Store
from obs.runtime.accounting import Clock
from obs.runtime.loop import watched as module
from obs.runtime.loop.delay import Delays, Probes
from obs.runtime.loop.watched import Totals, Watched

MS = 1_000_000


class Turns:
    """A loop that has taken its first turn at 0 ms, and the time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0
        monkeypatch.setattr(module, "perf_counter_ns", lambda: self.now)
        monkeypatch.setattr(module, "attach", lambda *_: None)
        self.line: list[Any] = []
        self.returned = 0.0
        """Seconds since the last poll has returned: what a signal handler then took."""
        monkeypatch.setattr(module, "time", lambda: 1000.0)
        loop = SimpleNamespace(
            _callbacks=self.line,
            run_callback=lambda call, *args: self.line.append((call, args)),
            now=lambda: 1000.0 - self.returned,
        )
        self.clock = Clock(1, SimpleNamespace(loop=loop), 0)
        histogram = Store.private().histogram(catalog.OBS_LOOP_DELAY)
        self.delays = Delays(histogram)
        self.counts = histogram.cells[histogram.index : histogram.sum_index]
        self.watched = Watched(self.clock, self.delays)
        self.turn(0, 0)

    def turn(self, worked: float, slept: float) -> None:
        self.now += int(worked * MS)
        self.watched.before_poll()
        self.now += int(slept * MS)
        self.watched.after_poll()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    return Turns(monkeypatch)


def test_each_turn_is_work_and_then_sleep(turns: Turns) -> None:
    turns.turn(3, 4)
    turns.turn(1, 0.05)
    turns.now += 2 * MS
    assert turns.watched.totals(turns.now) == Totals(6 * MS, 4 * MS + 50_000, 3)
    assert not turns.watched.asleep


def test_a_signal_handler_after_the_poll_is_work(turns: Turns) -> None:
    """It runs at the entry of the first Python code after the poll, which is the watcher itself."""
    turns.returned = 1 / 128  # 7.8125 ms
    turns.turn(3, 10)
    turns.returned = 1e9  # libuv's time is of another clock
    turns.turn(1, 4)
    assert turns.watched.totals(turns.now) == Totals(11_812_500, 6_187_500, 3)


def test_a_sleep_that_goes_on_counts_so_far(turns: Turns) -> None:
    turns.now += 3 * MS
    turns.watched.before_poll()
    assert turns.watched.totals(turns.now + 7 * MS) == Totals(3 * MS, 7 * MS, 1)
    assert turns.watched.asleep


def test_a_stretch_begins_when_the_loop_has_really_slept(turns: Turns) -> None:
    turns.turn(1, 5)
    turns.clock.segments.append((1, "(loop)"))
    turns.turn(1, 0.09)
    assert turns.clock.stretch == 6 * MS
    assert turns.clock.segments
    turns.turn(1, 0.11)
    assert turns.clock.stretch == turns.clock.polled == turns.now
    assert not turns.clock.segments


def test_the_poll_before_the_last_is_kept(turns: Turns) -> None:
    turns.turn(1, 1)
    turns.turn(1, 1)
    assert (turns.clock.looked, turns.clock.polled) == (2 * MS, 4 * MS)
    assert turns.clock.idle == 2 * MS


def test_a_loop_with_callbacks_in_line_does_not_sleep_while_it_waits_for_the_gil(turns: Turns) -> None:
    turns.turn(1, 5)
    turns.line.append("a callback that had no turn")
    turns.turn(6, 5)
    assert turns.clock.stretch == 6 * MS
    turns.line.clear()
    turns.turn(6, 30)
    assert turns.clock.stretch == turns.now


def test_a_short_poll_after_a_long_turn_may_be_no_sleep(turns: Turns) -> None:
    """The thread has lost its CPU or the GIL in a poll that had something at once: the busy stretch goes on."""
    turns.turn(1, 5)
    turns.turn(6, 5)
    assert turns.clock.stretch == 6 * MS
    turns.turn(1, 5)
    assert turns.clock.stretch == turns.now


def test_a_callback_that_another_thread_adds_is_no_reason_to_think_so(turns: Turns) -> None:
    turns.now += 6 * MS
    turns.watched.before_poll()
    turns.line.append("from another thread, to wake it up")
    turns.now += 30 * MS
    turns.watched.after_poll()
    assert turns.clock.stretch == turns.now


def test_a_probe_stands_in_line_like_everything_else(turns: Turns) -> None:
    """It became ready 4 ms before the end of 14 ms of work, and is answered when the loop comes to it."""
    turns.turn(14, 0.01)
    ((answer, (probes,)),) = turns.line
    assert answer == turns.delays.answer
    assert probes == Probes(10 * MS, 1)
    assert sum(turns.counts) == 0


def test_a_probe_is_answered_at_once_if_the_loop_goes_to_sleep(turns: Turns) -> None:
    turns.turn(14, 100)
    assert turns.line == []
    assert turns.counts[3] == sum(turns.counts) == 1  # 4 ms


def test_the_time_between_probes_is_of_work_alone(turns: Turns) -> None:
    for _ in range(25):
        turns.turn(1, 500)
    assert sum(turns.counts) == 2


def test_what_comes_before_the_first_poll_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(monkeypatch)
    turns.watched.restart()
    turns.now += 900 * MS
    assert turns.watched.totals(turns.now) == Totals(0, 0, 0)
    turns.turn(100, 0)
    assert turns.watched.totals(turns.now) == Totals(0, 0, 1)
    assert turns.line == []


def test_a_loop_that_does_not_tell_who_is_in_line_is_watched_all_the_same(turns: Turns) -> None:
    del turns.clock.hub.loop._callbacks
    turns.turn(6, 5)
    assert turns.watched.ready == 0
