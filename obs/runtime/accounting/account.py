"""What one piece of work, or one name of no work, has used so far on one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from obs.runtime.accounting.clock import Clock
    from obs.runtime.accounting.entries import Entry
    from obs.work import Work

Log = list[Any]
"""``[end, account, end, account, …]``: who ran up to when. Flat, for a tuple each would be garbage to collect."""


class Used(NamedTuple):
    """Seconds by clock."""

    cpu: float = 0.0
    held: float = 0.0
    delay: float = 0.0
    wait: float = 0.0

    def plus(self, other: Used) -> Used:
        return Used(self.cpu + other.cpu, self.held + other.held, self.delay + other.delay, self.wait + other.wait)

    def minus(self, other: Used) -> Used:
        return Used(self.cpu - other.cpu, self.held - other.held, self.delay - other.delay, self.wait - other.wait)


NOTHING = Used()

SOON, LATER = 1.0, 10.0
"""Seconds after which the metric shows what an open Work has used; and what it has waited for if it did not run."""

UNKNOWN = 0.5
"""How much of a gap is delay, if nothing is known: the middle."""


class Account:
    """Written by the tracer at each switch, so it is small and always of this one class (3.11 specialises on that)."""

    __slots__ = (
        *("clock", "entry", "work", "run", "held", "delay", "seen", "share"),
        *("started", "inner", "nests", "moved", "due"),
    )

    clock: Clock | None
    """The thread whose tracer writes it; None once the Work is closed."""
    entry: Entry | None
    """Where it is counted; None until that is known."""
    work: Work | None
    """Whose it is while that is open. The two hold each other until then."""
    run: float
    """Seconds that it ran, whether or not it used the CPU meanwhile. Corrected when the thread's CPU time is read."""
    held: float
    """How much of that it held the loop without using CPU."""
    delay: float
    seen: float
    """When it last ran."""
    share: float
    """How much of a gap in a busy stretch is delay, as far as is known: 1 if it only gave way, 0 if it was woken and
    ran at once. For the gaps that are not looked at."""
    started: float
    inner: Used
    """What works opened and closed inside it used."""
    nests: int
    """How many works are open inside it."""
    moved: Used
    """What the entry has been told of already."""
    due: float
    """When it is to be told of what has been used since, if the Work is still open."""

    def __init__(
        self, clock: Clock | None, entry: Entry | None, work: Work | None = None, started: float = 0.0
    ) -> None:
        self.clock = clock
        self.entry = entry
        self.work = work
        self.restart(started)

    def restart(self, now: float) -> None:
        self.run = self.held = self.delay = 0.0
        self.started = self.seen = now
        self.due = now + SOON
        self.inner = self.moved = NOTHING
        self.nests = 0
        self.share = UNKNOWN

    @property
    def name(self) -> str:
        """Who it is, for those who ask who ran."""
        if self.work is not None:
            return self.work.name
        return self.entry.name if self.entry is not None else ""
