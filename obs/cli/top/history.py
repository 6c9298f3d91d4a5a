"""What each work did over the last minutes, in few bytes: some 100 for each point of a work that did anything."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Mapping

from obs.host.quantile import quantile
from obs.host.reading import BOUNDS
from obs.host.tally import Reading, Tally

FIELDS = ("rate", "p99", "cpu", "held", "delay", "wait")
"""Of a point: pieces of work each second; seconds; and of the clocks, seconds each second."""

STEP = 3.0
"""Seconds that a point is of."""

MOST = 200
"""Points that are kept: ten minutes."""


class History:
    """Add every reading; a point is made of those that are far enough apart."""

    def __init__(self, step: float = STEP, most: int = MOST) -> None:
        self.step = step
        self._points: deque[tuple[float, Mapping[str, array[float]]]] = deque(maxlen=most)
        self._last: Reading | None = None

    def add(self, now: Reading) -> None:
        if self._last is None:
            self._last = now
        elif now.at - self._last.at >= self.step * 0.99:  # a timer's early wake-up is no reason to wait for another
            self._points.append((now.at, points(self._last, now)))
            self._last = now

    def of(self, work: str, field: str, until: float) -> list[float]:
        """The values of one of :data:`FIELDS`, the oldest first; 0 where there was nothing of that work."""
        at = FIELDS.index(field)
        return [values[work][at] if work in values else 0.0 for when, values in self._points if when <= until]

    @property
    def times(self) -> list[float]:
        """When each point ends."""
        return [when for when, _ in self._points]


def points(before: Reading, now: Reading) -> dict[str, array[float]]:
    """A point for each work that did anything from ``before`` to ``now``."""
    elapsed = now.at - before.at
    found = {}
    for name, tally in now.works.items():
        recent = tally - before.works.get(name, Tally())
        if recent.total or any(recent.clocks.values()):
            clocks = [recent.clocks.get(clock, 0.0) / elapsed for clock in FIELDS[2:]]
            found[name] = array("f", [recent.total / elapsed, quantile(0.99, BOUNDS, recent.counts) or 0.0, *clocks])
    return found
