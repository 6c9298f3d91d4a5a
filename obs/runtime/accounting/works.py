"""The opening and the close of a Work, and any change of the current Work between two switches.

The commonest Work is opened and closed without a switch in between: it never gets an account.
"""

from __future__ import annotations

from time import perf_counter

from obs import native
from obs.errors import fault
from obs.runtime.accounting import moving, plain
from obs.runtime.accounting.clock import Clock, add, here
from obs.runtime.accounting.entries import Entry, entry_for
from obs.runtime.accounting.found import found
from obs.runtime.accounting.resuming import turn_to_look
from obs.runtime.accounting.segments import LONG, PENDING, TINY, begin, cut, ended, settle
from obs.work import Work, current


class State:
    on = False
    """Whether works are accounted for in this process."""


state = State()


BUSY = 0.005
"""Seconds without sleep from which a loop may have kept somebody in line."""


def opened(work: Work) -> float:
    """``work`` was opened at its ``started`` and is current from then on. Never raises. Hot.

    How many works its time in line stands for: 1 if it can't have stood in line, as the loop has slept lately. Below
    zero if that has to be looked at: a work stands for several where looking at each would cost too much, and the
    others for 0.
    """
    clock = here.clock
    if clock is None:
        if not state.on:
            return -1.0
        clock = _plain_clock(work)
    try:
        now = work.started
        account = clock.account
        elapsed = now - clock.at
        if account is None or elapsed > LONG:
            account = ended(clock, account, elapsed, now)
        elif now - clock.logged > TINY:
            clock.log += (now, account)
        account.run += elapsed
        account.seen = now
        if account.work is not None and account.work is work.parent:
            account.nests += 1
        clock.account = None
        clock.fresh = work
        clock.logged = 0.0
        clock.at = now
        if now - clock.since <= BUSY:
            return 1.0
        clock.turns -= 1
        return 0.0 if clock.turns > 0 else -float(turn_to_look(clock))
    except Exception:
        fault("accounting")
        return 1.0


def closed(work: Work, entry: Entry | None = None) -> None:
    """``work`` was closed at its ``ended`` and is current no more: its clocks are complete. Never raises. Hot.

    ``entry`` is :func:`entry_for` the work, for who keeps it.
    """
    clock = here.clock
    if clock is None and work.account is None:
        return
    try:
        now = work.ended
        if entry is None:
            entry = entry_for(work)
        if clock is None:
            moving.close(work.account, work, entry)
            return
        elapsed = now - clock.at
        if clock.account is None and clock.fresh is work and elapsed < LONG and work.parent is None:
            # It has run alone since it was opened, and nothing is around it.
            work.cpu = elapsed
            done = entry.done
            done.run += elapsed
            log = clock.log
            log.append(now)
            log.append(done)
            clock.account = clock.nobody
            clock.logged = clock.at = now
        else:
            _close(clock, work, entry, now)
            turn(clock, current.get(), now)
            log = clock.log
        if len(log) >= 2 * PENDING:
            settle(clock, now)
    except Exception:
        fault("accounting")


def changed() -> None:
    """Another Work has been made current here, between two switches. Never raises."""
    clock = here.clock
    if clock is None:
        return
    try:
        now = perf_counter()
        cut(clock, now)
        turn(clock, current.get(), now)
    except Exception:
        fault("accounting")


def turn(clock: Clock, work: Work | None, now: float) -> None:
    """From ``now`` on ``work`` runs here, or nobody's greenlet."""
    if work is None:
        clock.account = clock.nobody
    else:
        account = work.account
        if account is None or account.clock is not clock:
            account = found(clock, work, now)
        clock.account = account


def _plain_clock(work: Work) -> Clock:
    """A clock for a thread without a hub."""
    clock = Clock(native.original("_thread", "get_ident")(), None, work.started_ns)
    add(clock)
    plain.start()
    return clock


def _close(clock: Clock, work: Work, entry: Entry, now: float) -> None:
    """A Work that was switched away from, has used its CPU time or has works around or inside it."""
    account = clock.account
    if (clock.fresh if account is None else account.work) is work:
        cut(clock, now)
    account = work.account
    if account is None:  # it was opened in a thread that has no clock, or before there was one
        account = begin(clock, work, now)
    if clock.hub is None:
        plain.subtract(clock, account, work)
    moving.close(account, work, entry)
