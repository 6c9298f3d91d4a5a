"""The heaviest pairs of culprit and victim have a series; all others share one.

1,700 endpoints make 2.9 million pairs, and a series once made stays. Sample and hold (Estan and Varghese 2002, "New
directions in traffic measurement and accounting") picks them without a table of candidates: each ``step`` seconds of
interference outside the table admit the pair that happens to be charged then, so a pair's chance is its share of the
time. The first half of the table is free; then the step doubles with each eighth that is taken.

A pair outside the table counts in the overflow at once, and what it had counted there stays there: its own series
begins at zero, no series ever goes back, and their sum is always the whole.
"""

from __future__ import annotations

from obs.metrics import active
from obs.metrics.catalog import OBS_INTERFERENCE, OVERFLOW
from obs.metrics.handles import Counter

FIRST_STEP = 100_000_000
"""0.1 s of interference outside the table, in ns."""


class Pairs:
    """The table of this process, over all its loops."""

    __slots__ = ("_counters", "_debt", "_overflow", "_places", "_step", "_taken")

    def __init__(self, places: int) -> None:
        self._counters: dict[str, dict[str, Counter]] = {}
        """By victim, then culprit. Names only, which are bounded."""
        self._overflow: Counter | None = None
        self._places = places
        self._taken = 0
        self._debt = 0
        self._step = 0

    def add(self, culprit: str, victim: str, ns: int) -> None:
        """Count ``ns`` that ``victim`` stood behind ``culprit``: 0.3 µs for a pair in the table."""
        try:
            counter = self._counters[victim][culprit]
        except KeyError:
            counter = self._admit(culprit, victim, ns)
        counter.cells[counter.index] += ns / 1e9

    def _admit(self, culprit: str, victim: str, ns: int) -> Counter:
        self._debt += ns
        if self._debt < self._step or self._taken >= self._places:
            return self._outside()
        self._debt = 0
        self._taken += 1
        self._step = self._next_step()
        counter = active.store().counter(OBS_INTERFERENCE, culprit, victim)
        self._counters.setdefault(victim, {})[culprit] = counter
        return counter

    def _next_step(self) -> int:
        eighths = self._taken * 8 // self._places
        return FIRST_STEP << eighths - 4 if eighths >= 4 else 0

    def _outside(self) -> Counter:
        if self._overflow is None:
            self._overflow = active.store().counter(OBS_INTERFERENCE, OVERFLOW, OVERFLOW)
        return self._overflow


pairs = Pairs(OBS_INTERFERENCE.cap - 1)
"""One less than the metric's cap: the overflow has a series too."""
