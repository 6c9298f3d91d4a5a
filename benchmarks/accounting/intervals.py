"""Sets of instants, as sorted lists of intervals that don't touch: ``[(begin, end), …]`` in ns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

Interval = tuple[int, int]
Intervals = Sequence[Interval]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The instants of any of them; empty ones are left out."""
    merged: list[Interval] = []
    for begin, end in sorted(each for each in intervals if each[0] < each[1]):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def minus(these: Intervals, those: Intervals) -> list[Interval]:
    """The instants of ``these`` that are none of ``those``; both are unions."""
    left: list[Interval] = []
    for begin, end in these:
        for other_begin, other_end in _meeting(begin, end, those):
            if begin < other_begin:
                left.append((begin, other_begin))
            begin = other_end
        if begin < end:
            left.append((begin, end))
    return left


def both(these: Intervals, those: Intervals) -> list[Interval]:
    """The instants that are in both; both are unions."""
    return [
        (max(begin, other_begin), min(end, other_end))
        for begin, end in these
        for other_begin, other_end in _meeting(begin, end, those)
    ]


def length(intervals: Intervals) -> int:
    """ns in a union."""
    return sum(end - begin for begin, end in intervals)


def _meeting(begin: int, end: int, intervals: Intervals) -> Iterator[Interval]:
    """Those that have an instant between ``begin`` and ``end``."""
    at = max(bisect_right(intervals, (begin, begin)) - 1, 0)
    while at < len(intervals) and intervals[at][0] < end:
        if intervals[at][1] > begin:
            yield intervals[at]
        at += 1
