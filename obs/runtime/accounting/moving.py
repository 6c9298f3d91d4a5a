"""From accounts to entries: at the close of a Work, and once a second for what is open for longer."""

from __future__ import annotations

from sys import getrefcount

from obs.runtime.accounting.account import LATER, SOON, Account, Used
from obs.runtime.accounting.clock import Clock
from obs.runtime.accounting.entries import Entry, end_turn, entry_for, take_turn
from obs.work import Work


def close(account: Account, work: Work, entry: Entry) -> None:
    """Give ``work`` its clocks, and ``entry`` what it has not been told of yet. Both let go of each other."""
    inside = account.inner
    used = _clocks(account, max(work.duration - sum(inside), 0.0))
    account.entry = entry
    entry.add(used.minus(account.moved))
    work.cpu, work.held, work.delay, work.wait = total = used.plus(inside)
    leave(account, work)
    outer = work.parent.account if work.parent is not None else None
    if outer is not None and outer.work is work.parent:
        outer.inner = outer.inner.plus(total)
        outer.nests = max(outer.nests - 1, 0)


def move_all(clock: Clock) -> None:
    """Tell the entries of no Work what has been used since the last time. Never waits.

    From the clock's own thread, or where nothing is switched there meanwhile.
    """
    if not take_turn():
        return
    try:
        for account in (clock.loop, clock.idler, clock.nobody, *list(clock.others.values())):
            _move(clock, account)
    finally:
        end_turn()


def _move(clock: Clock, account: Account) -> None:
    used = Used(account.run - account.held, account.held)
    slept = (clock.idle - clock.idle_known) / 1e9  # since it was settled: the hub's account has it still
    if account is clock.idler:
        used = Used(wait=account.run + slept)
    elif account is clock.loop:
        used = used.minus(Used(cpu=slept))
    if account.entry is not None:
        account.entry.add(used.minus(account.moved))
        account.moved = used


def move_open(account: Account) -> None:
    """The same for the account of a Work that is open. On its own thread.

    What it waits for since it last ran is waiting up to when the loop last slept: nobody was ready then. Whether the
    rest is waiting or delay shows when it resumes.
    """
    clock, work = account.clock, account.work
    if clock is None or work is None:
        return
    if work.ended:  # in a thread without a clock
        close(account, work, account.entry or entry_for(work))
        return
    if account.entry is None:
        account.entry = entry_for(work)
    ran_lately = account.seen > account.due - SOON
    account.due = clock.at + (SOON if ran_lately else LATER)
    upto = account.seen if account.nests else max(account.seen, clock.since)
    used = _clocks(account, max(upto - account.started - sum(account.inner), 0.0))
    account.entry.add(used.minus(account.moved))
    account.moved = used
    if is_abandoned(clock, work):
        leave(account, work)


def is_abandoned(clock: Clock, work: Work) -> bool:
    """Whether nobody but its own account holds ``work``: it was never closed, and nobody could close it any more."""
    ours = 4  # the account, the caller's variable, this one's, and getrefcount's
    return getrefcount(work) <= ours + (clock.fresh is work)


def leave(account: Account, work: Work) -> None:
    """Let go of each other. The log may still hold the account."""
    if account.clock is not None:
        account.clock.open.discard(account)
    account.clock = account.work = work.account = None


def _clocks(account: Account, duration: float) -> Used:
    """The account's own clocks, which add up to ``duration``: what is neither running nor delay was waiting."""
    run = min(account.run, duration)
    held = min(account.held, run)
    delay = min(account.delay, duration - run)
    return Used(run - held, held, delay, duration - run - delay)
