"""What each loop does once a second on its own thread: it brings the metrics up to date and looks after the tracer.

In slices of at most 0.3 ms, for thousands of works may be open: the loop has its turn in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import perf_counter

from obs.errors import fault
from obs.runtime.accounting import slot
from obs.runtime.accounting.clock import PERIOD, Clock, every, here
from obs.runtime.accounting.entries import entries
from obs.runtime.accounting.links import links
from obs.runtime.accounting.moving import move_all, move_open
from obs.runtime.accounting.segments import cut, settle
from obs.runtime.accounting.spending import spent
from obs.runtime.holds import hold

EVERY = 1.0
PAUSE = 0.005
SLICE = 0.0003
"""Seconds: between ticks, between the slices of one, and of each."""

STALE = 2.0
"""Seconds without a switch or a tick after which others count for a thread whose loop doesn't run."""

TOO_MUCH, LITTLE = 0.01, 0.0025
"""Of a second, spent on looking closely or on sampling: then half as much is done, or twice as much again."""

ALONE = 0.25
"""What a thread without a hub may spend of that: nobody ran meanwhile whom its looks could tell of."""


def start(clock: Clock) -> None:
    """Tick on this thread's loop from now on, until the clock is off."""
    _after(clock, EVERY, _tick(clock))


def stop(clock: Clock) -> None:
    """On the clock's own thread."""
    timer, clock.timer = clock.timer, None
    if timer is not None:
        timer.stop()
        timer.close()


def _after(clock: Clock, seconds: float, work: Iterator[None]) -> None:
    clock.timer = timer = clock.hub.loop.timer(seconds, ref=False)
    timer.start(_slice, clock, work)


def _slice(clock: Clock, work: Iterator[None]) -> None:
    stop(clock)
    try:
        if not hold(partial(slice_of, work)):
            _after(clock, PAUSE, work)
            return
    except Exception:
        fault("accounting")
    if clock.tracer is not None:
        _after(clock, EVERY, _tick(clock))


def slice_of(work: Iterator[None]) -> bool:
    """Do a slice of ``work``; whether that was the last."""
    until = perf_counter() + SLICE
    return all(perf_counter() <= until for _ in work)


def _tick(clock: Clock) -> Iterator[None]:
    """One tick's work; it may be left between any two yields."""
    if not slot.mend(clock):  # accounting has ended, on another thread
        here.clock = None
        return
    cut(clock, perf_counter())
    settle(clock, clock.at)
    _tell(clock)
    yield
    for number, account in enumerate(list(clock.open)):
        if account.due <= clock.at:
            move_open(account)
            yield
        elif not number % 64:
            yield
    yield from counting()


class _Last:
    at = 0.0
    """When the metrics were last brought up to date."""
    paced = 0.0
    """When threads without a hub, which don't tick, were last told how often to look."""


last = _Last()


def counting() -> Iterator[None]:
    """Bring the metrics up to date with what all threads have told."""
    now = last.at = perf_counter()
    spent.settle()
    if now - last.paced >= EVERY / 2:
        last.paced = now
        for clock in every():
            if clock.hub is None:
                pace(clock)
    for clock in every():
        if clock is here.clock or clock.hub is None or perf_counter() - clock.at > STALE:
            move_all(clock)
        yield
    for entry in list(entries.values()):
        entry.count()
        yield


def _tell(clock: Clock) -> None:
    """What the tracer keeps for itself until here: how much it guessed and spent, and its faults."""
    links.count_estimated(int(clock.guessed * 1e9))
    clock.guessed = 0.0
    pace(clock)
    failure, clock.failure = clock.failure, None
    if failure is not None:
        try:
            raise failure
        except Exception:
            fault("accounting")


def pace(clock: Clock) -> None:
    """Look closely, and sample, as often as the next second may cost by what the last has cost."""
    bound = 1.0 if clock.hub is not None else ALONE
    looked = clock.spent + clock.aside
    if looked > TOO_MUCH * bound:
        clock.every *= 2
    elif looked < LITTLE * bound:
        clock.every = max(clock.every // 2, 1)
    if clock.sampling > TOO_MUCH:
        clock.period *= 2
    elif clock.sampling < LITTLE:
        clock.period = max(clock.period / 2, PERIOD)
    clock.spent = clock.aside = clock.sampling = 0.0


def finish(clock: Clock) -> None:
    """Tell all that ``clock`` knows, on its own thread, at the end."""
    stop(clock)
    cut(clock, perf_counter())
    settle(clock, clock.at)
    _tell(clock)
    for account in list(clock.open):
        move_open(account)
    move_all(clock)


def flush() -> None:
    """Bring all metrics up to date now: at the end of the process, or of accounting."""
    for _ in counting():
        pass
