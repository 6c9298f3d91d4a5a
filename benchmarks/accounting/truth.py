"""From what works told of themselves, their true clocks, and who delayed whom.

A greenlet that is ready while nobody runs is not delayed: the system wakes the loop late, up to a millisecond for a
timer. That is part of what it waits for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.accounting.intervals import Interval, Intervals, both, length, minus, union
from benchmarks.accounting.telling import Told

STATES = ("cpu", "held", "delay", "wait")


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds of a Work in each state; they add up to its duration."""

    cpu: float
    held: float
    delay: float
    wait: float


def running(works: Sequence[Told]) -> list[Interval]:
    """When any of them ran."""
    return union(interval for told in works for interval in told.running())


def busy(works: Sequence[Told]) -> list[Interval]:
    """When any of them ran, or the loop saw to the next: in between the thread used its CPU, and did not sleep."""
    runs = sorted(run for told in works for run in told.runs())
    between = (
        (run.ended, after.began)
        for run, after in pairwise(runs)
        if after.cpu_began - run.cpu_ended > (after.began - run.ended) / 2
    )
    return union((*running(works), *between))


def clocks(told: Told, loop: Intervals) -> Clocks:
    """At each instant running if one of its greenlets ran, else delayed if one was ready, else waiting.

    ``loop`` is when the loop was :func:`busy`.
    """
    delayed = length(delay(told, loop))
    ran = length(both(told.running(), [(told.opened, told.closed)]))
    cpu = sum(run.cpu for run in told.runs())
    waited = told.closed - told.opened - ran - delayed
    return Clocks(cpu / 1e9, max(0, ran - cpu) / 1e9, delayed / 1e9, waited / 1e9)


def delay(told: Told, loop: Intervals) -> list[Interval]:
    """When the Work was delayed."""
    return both(minus(both(told.ready(), [(told.opened, told.closed)]), told.running()), loop)


Pair = tuple[str, str]
"""Culprit and victim."""


def interference(works: Sequence[Told]) -> dict[Pair, float]:
    """Seconds by pair: what ran while the victim was delayed."""
    names = {told.name for told in works}
    ran = {name: running([told for told in works if told.name == name]) for name in names}
    loop = busy(works)
    found: defaultdict[Pair, float] = defaultdict(float)
    for told in works:
        delayed = delay(told, loop)
        for name in names:
            found[name, told.name] += length(both(delayed, ran[name])) / 1e9
    return {pair: seconds for pair, seconds in found.items() if seconds}
