"""What a service holds to record with: a place in the cells, bound once and valid for the life of the process.

A plain ``cells[i] += v`` loses nothing over threads and signal handlers as long as no call stands between its load and
its store, for CPython switches threads only at calls and jumps: each method here computes first, and adds then. Counter
add 56 ns, histogram observe 158 ns, 130 ns inlined (3.11).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from time import monotonic

FRESH = 0.1
"""Seconds that an exemplar is kept before another takes its place."""

WriteExemplar = Callable[[int, int, float, dict[str, str]], None]
"""``(first cell of the series, which of its cells, value, labels)``."""


class Counter:
    """One cell that only rises."""

    __slots__ = ("cells", "index")

    def __init__(self, cells: memoryview[float], index: int) -> None:
        self.cells = cells
        self.index = index

    def add(self, value: float = 1.0) -> None:
        """Add ``value``, which is not negative."""
        self.cells[self.index] += value


class Gauge:
    """One cell that is this process's part of a value; see ``Metric.merge`` for the whole."""

    __slots__ = ("cells", "index")

    def __init__(self, cells: memoryview[float], index: int) -> None:
        self.cells = cells
        self.index = index

    def add(self, value: float = 1.0) -> None:
        """Add ``value``, negative to subtract."""
        self.cells[self.index] += value

    def set(self, value: float) -> None:
        """Make this process's value ``value``."""
        self.cells[self.index] = value


class Histogram:
    """A cell for each bucket and one for ``+Inf``, then the sum. The count is the sum of the buckets.

    The hottest path inlines it: ``cells[index + bisect_left(bounds, v)] += 1.0; cells[sum_index] += v``.
    """

    __slots__ = ("_fresh", "_write_exemplar", "bounds", "cells", "index", "sum_index")

    def __init__(
        self, cells: memoryview[float], index: int, bounds: tuple[float, ...], write_exemplar: WriteExemplar
    ) -> None:
        self.cells = cells
        self.index = index
        self.bounds = bounds
        self.sum_index = index + len(bounds) + 1
        self._write_exemplar = write_exemplar
        self._fresh: dict[int, float] = {}
        """Until when a bucket's exemplar stays, by ``time.monotonic``."""

    def observe(self, value: float, times: float = 1.0) -> None:
        """Count one observation, or one that stands for so many; ``value`` is a number, in the metric's unit."""
        cells = self.cells
        total = value * times
        cells[self.index + bisect_left(self.bounds, value)] += times
        cells[self.sum_index] += total

    def exemplar(self, value: float, trace_id: int, span_id: int) -> None:
        """Make this trace the example of the bucket that ``value`` falls into, unless it has a fresh one.

        Writing costs 9 µs, and a scrape shows the last of them all.
        """
        which, now = bisect_left(self.bounds, value), monotonic()
        if now < self._fresh.get(which, 0.0):
            return
        self._fresh[which] = now + FRESH
        labels = {"trace_id": f"{trace_id:032x}", "span_id": f"{span_id:016x}"}
        self._write_exemplar(self.index, which, value, labels)
