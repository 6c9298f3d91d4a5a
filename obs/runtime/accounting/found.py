"""Whose account a greenlet runs on that has just been switched to."""

from __future__ import annotations

from obs.runtime.accounting.account import Account
from obs.runtime.accounting.clock import Clock, clocks
from obs.runtime.accounting.entries import AFTER, ELSEWHERE, Entry, entry_for, related
from obs.runtime.accounting.segments import begin
from obs.work import Work


def found(clock: Clock, work: Work, now: float) -> Account:
    """The account of ``work`` on this thread. Only for who has none yet, or one of another thread's."""
    if work.ended:
        after = work.account = apart(clock, AFTER, entry_for(work))
        return after
    account: Account | None = work.account
    former = account.clock if account is not None else None
    if account is not None and former is not None and former.thread_id == clock.thread_id:  # it had another hub then
        account.clock = clock
        clock.open.add(account)
        return account
    if account is not None or any(other.fresh is work and other is not clock for other in clocks()):
        return apart(clock, ELSEWHERE, entry_for(work))
    return begin(clock, work, now)


def apart(clock: Clock, prefix: str, entry: Entry) -> Account:
    """This thread's account of what belongs to works of one name, and is no part of their duration."""
    account = clock.others.get((prefix, entry))
    if account is None:
        account = clock.others[prefix, entry] = Account(clock, related(prefix, entry), None, clock.at)
    return account
