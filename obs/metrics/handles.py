"""What a service holds to record with: a place in the cells, bound once and valid for the life of the process.

A plain ``cells[i] += v`` loses nothing over threads and signal handlers as long as no call stands between its load and
its store, for CPython switches threads only at calls and jumps: each method here computes first, and adds then. Counter
add 56 ns, histogram observe 158 ns, 130 ns inlined (3.11).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

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

    __slots__ = ("_write_exemplar", "bounds", "cells", "index", "sum_index")

    def __init__(
        self, cells: memoryview[float], index: int, bounds: tuple[float, ...], write_exemplar: WriteExemplar
    ) -> None:
        self.cells = cells
        self.index = index
        self.bounds = bounds
        self.sum_index = index + len(bounds) + 1
        self._write_exemplar = write_exemplar

    def observe(self, value: float) -> None:
        """Count one observation; ``value`` is a number, in the metric's unit."""
        cells = self.cells
        cells[self.index + bisect_left(self.bounds, value)] += 1.0
        cells[self.sum_index] += value

    def exemplar(self, value: float, trace_id: int, span_id: int) -> None:
        """Make this trace the example of the bucket that ``value`` falls into (5 µs: for sampled work only)."""
        labels = {"trace_id": f"{trace_id:032x}", "span_id": f"{span_id:016x}"}
        self._write_exemplar(self.index, bisect_left(self.bounds, value), value, labels)
