"""What is done at the end of a segment that is long enough to look at: a segment is what one runner ran at a stretch.

The CPU time of the thread costs 0.2 to 0.6 µs to read. It is read after segments of over 1 ms, and when there are 64
shorter ones: those are CPU up to what the thread really used, and the rest is the long one's. For the time of a segment
that is not CPU it held the loop.
"""

from __future__ import annotations

from time import thread_time

from obs.runtime.accounting.account import Account
from obs.runtime.accounting.clock import Clock
from obs.runtime.accounting.entries import Entry
from obs.runtime.accounting.links import links
from obs.runtime.accounting.spending import spent
from obs.work import Work

TINY = 20e-6
"""Seconds. Shorter segments in a row are logged as one, as the last one's."""

LONG = 1e-3
"""Seconds from which a segment's CPU time is read."""

PENDING = 64
"""How many segments may wait for that."""

SMALL = 0.02
"""Of what short segments took: less than that was no CPU only for once, by the clocks' own noise. It is carried on
until it is more, for dealing it out costs 10 µs each time: half a microsecond of each request on a busy loop."""


def ended(clock: Clock, account: Account | None, elapsed: float, now: float) -> Account:
    """Log the segment that ends ``now``; returns the account to charge it to. Some 0.2 µs, each 20 µs at most."""
    if account is None:
        account = begin(clock, clock.fresh, now)  # type: ignore[arg-type]  # there is one if there is no account
    if elapsed > LONG:
        _long(clock, account, elapsed, now)
    log = clock.log
    log.append(now)
    log.append(account)
    clock.logged = now
    if len(log) >= 2 * PENDING:
        settle(clock, now)
    return account


def cut(clock: Clock, now: float) -> None:
    """End the segment that goes on, as a switch would; the same runner's next begins."""
    account = clock.account
    elapsed = now - clock.at
    if account is None or now - clock.logged > TINY:
        account = clock.account = ended(clock, account, elapsed, now)
    account.run += elapsed
    account.seen = clock.at = now


def begin(clock: Clock, work: Work, now: float) -> Account:
    """The account of a Work that turns out to need one, on this thread: its own."""
    account = work.account = Account(clock, None, work, work.started)
    account.seen = now
    account.share = clock.share
    clock.open.add(account)
    return account


def _long(clock: Clock, account: Account, elapsed: float, now: float) -> None:
    busy = elapsed
    if account is clock.loop and clock.watched:
        busy -= polled(clock)
        if busy <= LONG:
            return
    cpu = settle(clock, now, account, busy)
    if clock.hub is None:
        return
    if elapsed > clock.block:
        _block(clock, account, now, cpu)
    if account is clock.loop and not clock.watched:
        # Nobody says when it polls: the hub is taken to have slept for as long as it used no CPU.
        clock.stretch = clock.polled = int((now - cpu) * 1e9)
        clock.born = clock.polled


def polled(clock: Clock) -> float:
    """Seconds that the loop was in its last poll since the last switch."""
    if clock.polling >= clock.last:
        return (clock.polled - clock.polling) / 1e9
    return 0.0


def _block(clock: Clock, account: Account, now: float, cpu: float) -> None:
    """Make a record of it, if it is one. What the hub runs up to a poll, the loop's watchers tell of."""
    start, end, cpu_ns = clock.last, int(now * 1e9), int(cpu * 1e9)
    if account is clock.loop:
        start = max(start, clock.polled) if clock.watched else end - cpu_ns
    if end - start > int(clock.block * 1e9):
        links.ended(clock, account.work or account.name, start, end, min(cpu_ns, end - start))


def settle(clock: Clock, now: float, account: Account | None = None, elapsed: float = 0.0) -> float:
    """Read the thread's CPU time and tell CPU from held in all that ran since the last time.

    ``account`` ran ``elapsed`` seconds, the last ones, that are to be what the others leave. Returns its CPU seconds.
    """
    used = thread_time() - clock.cpu
    clock.cpu += used
    spent.cpu += used
    wall = now - clock.settled
    slept = _slept(clock)
    short = wall - slept - elapsed
    surplus = used - short
    cpu = 0.0
    if account is not None:
        cpu = min(max(surplus, 0.0), elapsed)
        _not_cpu(clock, account, elapsed - cpu)
    if surplus < 0.0:
        clock.owed -= surplus
        if clock.owed > SMALL * short:
            _spread(clock, slept)
    elif surplus > cpu:
        # More than all that is known to have run: the poll and its system calls.
        _wake(clock, min(surplus - cpu, slept))
    clock.settled = now
    _put_by(clock)
    return cpu


def _put_by(clock: Clock) -> None:
    """The log is settled: keep it for those who ask who ran. A long segment is settled alone, and shares its chunk."""
    past, log = clock.past, clock.log
    if past and len(past[-1]) + len(log) <= 2 * PENDING:
        past[-1] += log
    else:
        past.append(log)
    clock.log = []


def _slept(clock: Clock) -> float:
    """Move what the loop slept since the last time from the hub's running time to the poll's."""
    slept = (clock.idle - clock.idle_known) / 1e9
    clock.idle_known = clock.idle
    _wake(clock, -slept)
    return slept


def _wake(clock: Clock, seconds: float) -> None:
    clock.loop.run += seconds
    clock.idler.run -= seconds


def _not_cpu(clock: Clock, account: Account, seconds: float) -> None:
    """``account`` ran so long without using CPU."""
    if account.clock is None and account.entry is not None:  # closed since
        _correct(clock, account.entry, seconds)
    elif clock.hub is None:
        account.run -= seconds  # it holds up nobody but itself
    elif account is clock.loop and not clock.watched:
        _wake(clock, -seconds)
    else:
        account.held += seconds


def _correct(clock: Clock, entry: Entry, seconds: float) -> None:
    """So much of what ``entry`` has as CPU was none."""
    if clock.hub is None:
        entry.done.run -= seconds
        entry.wait += seconds
    else:
        entry.done.held += seconds


def _spread(clock: Clock, slept: float) -> None:
    """The short segments used so many seconds less of the CPU than they took as are owed: each bears its part."""
    shares: dict[Account, float] = {clock.loop: -slept}
    start, each = clock.settled, iter(clock.log)
    for end, account in zip(each, each, strict=True):
        shares[account] = shares.get(account, 0.0) + end - start
        start = end
    missing, clock.owed = clock.owed, 0.0
    total = sum(share for share in shares.values() if share > 0.0)
    for account, share in shares.items():
        if share > 0.0:
            _not_cpu(clock, account, share * min(missing / total, 1.0))
