"""The last quarter of an hour of each work, in a fixed number of bytes: some 6 kB each, whatever it does."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

STEP = 5.0
"""Seconds of a point."""

POINTS = 180
"""A quarter of an hour."""

FIELDS = ("rate", "errors", "p50", "p99", "cpu", "held", "delay", "wait")
"""Pieces of work a second, the share of errors, seconds, and of the clocks seconds each second."""

MOST = 5_000
"""Works that are kept track of: 30 MB."""

TOTAL = ""
"""The name that all works together have."""

Values = Sequence[float | None]


QUANTILES = frozenset({"p50", "p99", "late"})
"""Fields that nothing has no value of; of all others it is 0."""


class Ring:
    """The points of one work: the last :data:`POINTS`, by their number since 1970."""

    __slots__ = ("_cells", "_nothing", "_width", "last")

    def __init__(self, first: int, nothing: Sequence[float]) -> None:
        """``nothing``: what each field is of a work that did nothing."""
        self._nothing, self._width = nothing, len(nothing)
        self._cells = array("f", [math.nan]) * (POINTS * self._width)
        self.last = first - 1

    def put(self, number: int, values: Values) -> None:
        """What there was in a point, and that nothing was in those since the last that was put."""
        for skipped in range(max(self.last + 1, number - POINTS), number):
            self._write(skipped, self._nothing)
        self._write(number, [math.nan if value is None else value for value in values])
        self.last = max(self.last, number)

    def _write(self, number: int, values: Sequence[float]) -> None:
        at = number % POINTS * self._width
        self._cells[at : at + self._width] = array("f", values)

    def column(self, field: int, first: int, until: int) -> list[float | None]:
        """From point ``first`` to before ``until``: None before there was anything, nothing after the last."""
        return [self._value(number, field) for number in range(first, until)]

    def _value(self, number: int, field: int) -> float | None:
        if number > self.last:
            return known(self._nothing[field])
        if number <= self.last - POINTS:
            return None
        return known(self._cells[number % POINTS * self._width + field])


def known(value: float) -> float | None:
    """As it is said: not a number is not known."""
    return None if math.isnan(value) else round(value, 6)


class History:
    """Rings by name; ``fields`` are what a point has."""

    def __init__(self, fields: Sequence[str] = FIELDS, most: int = MOST) -> None:
        self.fields, self._most = tuple(fields), most
        self._nothing = [math.nan if field in QUANTILES else 0.0 for field in fields]
        self._rings: dict[str, Ring] = {}
        self._first: int | None = None
        self._end = 0

    def put(self, start: float, end: float, rows: Mapping[str, Values]) -> None:
        """``rows`` are the values of Unix times ``start`` to ``end``: of every point that ends in them."""
        numbers = range(math.floor(start / STEP), math.floor(end / STEP))
        numbers = numbers[-POINTS:]
        if not numbers:
            return
        self._first = numbers[0] if self._first is None else self._first
        for name, values in rows.items():
            ring = self._rings.get(name)
            if ring is None:
                if len(self._rings) >= self._most:
                    continue
                # What was before its first point is known: nothing.
                ring = self._rings[name] = Ring(max(self._first, numbers[-1] + 1 - POINTS), self._nothing)
            for number in numbers:
                ring.put(number, values)
        self._end = numbers[-1] + 1

    def of(self, name: str, points: int = POINTS, fields: Sequence[str] | None = None) -> dict[str, Any]:
        """``{at, step, NAME: [values], …}``: the last points, the oldest first; null where nothing is known.

        ``at`` is the Unix time at which the first of them ends.
        """
        first = self._end - min(points, POINTS)
        wanted = fields or self.fields
        ring = self._rings.get(name)
        begun = self._end if self._first is None else self._first
        ring = ring or Ring(begun, self._nothing)
        columns = {field: ring.column(self.fields.index(field), first, self._end) for field in wanted}
        return {"at": (first + 1) * STEP, "step": STEP, **columns}


def threes(values: Sequence[float | None]) -> list[float | None]:
    """A course with a point for three: the mean of what is known."""
    groups = ([value for value in values[at : at + 3] if value is not None] for at in range(0, len(values), 3))
    return [round(sum(group) / len(group), 6) if group else None for group in groups]
