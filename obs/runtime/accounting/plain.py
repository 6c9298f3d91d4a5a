"""Threads without a hub: nobody runs while they wait, so what is not CPU is waiting; and there is no loop to tick on.

The watching thread counts for them, also a Work that runs for long. It reads their CPU clocks from outside. And it
counts for loops that don't come to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import clock_gettime, perf_counter

from obs import native
from obs.runtime import watch
from obs.runtime.accounting import tick
from obs.runtime.accounting.account import NOTHING, SOON, Account, Used
from obs.runtime.accounting.clock import Clock, clocks, every
from obs.runtime.accounting.entries import end_turn, entry_for, take_turn
from obs.work import Work

sleep = native.original("time", "sleep")

PAUSE = 0.002
"""Seconds between the slices of a tick."""

LATE = 2.0
"""Seconds without any loop's tick after which none is waited for: a handler blocks it, or the server has no loop and
only handlers wait with gevent now and then."""

_undo: list[Callable[[], object]] = []


def start() -> None:
    """Have it done from now on, where the watching thread runs. Idempotent."""
    if not _undo:
        _undo.append(watch.every(tick.EVERY, tick_all))
        watch.start(late=True)


def stop() -> None:
    while _undo:
        _undo.pop()()


def tick_all() -> None:
    """What ticks of loops do elsewhere, in slices too, for the watching thread takes the GIL from the service."""
    now = perf_counter()
    if now - tick.last.at >= (LATE if clocks() else tick.EVERY / 2):
        work = _tick(now)
        while not tick.slice_of(work):
            sleep(PAUSE)


def _tick(now: float) -> Iterator[None]:
    for clock in every():
        if clock.hub is None:
            count_ahead(clock, now)
        yield
    yield from tick.counting()


def count_ahead(clock: Clock, now: float) -> None:
    """Count what the Work that runs on ``clock``'s thread has used so far, if it is open for a second or longer."""
    work = clock.running
    if work is None or now - work.started < SOON or not take_turn():
        return
    try:
        used = _so_far(clock, clock.account, work, now)
        if not work.ended:
            ahead = clock.ahead
            counted = ahead[1] if ahead is not None and ahead[0] is work else NOTHING
            entry_for(work).add(used.minus(counted))
            clock.ahead = (work, used)
    except OSError:
        return  # its thread has ended
    finally:
        end_turn()


def _so_far(clock: Clock, account: Account | None, work: Work, now: float) -> Used:
    # Shorter segments since the thread's CPU time was read come first, as when they are settled.
    running = now - clock.at
    cpu = clock_gettime(cpu_clock(clock.native_id)) - clock.cpu - (clock.at - clock.settled)
    cpu = min(max(cpu, 0.0), running)
    inside = 0.0
    if account is not None:
        cpu += account.run
        inside = sum(account.inner)
    return Used(cpu=cpu, wait=max(now - work.started - inside - cpu, 0.0))


def cpu_clock(native_id: int) -> int:
    """Linux's clock of a thread's CPU time; reading it raises OSError if there is no such thread in this process.

    https://github.com/torvalds/linux/blob/v6.6/include/linux/posix-timers.h: MAKE_THREAD_CPUCLOCK, CPUCLOCK_SCHED
    """
    return ~native_id << 3 | 6


def subtract(clock: Clock, account: Account, work: Work) -> None:
    """At the close of ``work``, on its thread: what has been counted of it ahead is not to be counted again."""
    if work.duration < SOON:
        return
    while not take_turn():  # whoever has it is done within microseconds
        sleep(0)
    try:
        ahead, clock.ahead = clock.ahead, None
        if ahead is not None and ahead[0] is work:
            account.moved = ahead[1]
    finally:
        end_turn()
