"""From what works told of themselves, their true clocks, and who delayed whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.accounting.intervals import Interval, length, minus, shared, union, within
from benchmarks.accounting.telling import Told

STATES = ("cpu", "held", "delay", "wait")
NOBODY = "(others)"
"""What delayed a Work and was no other Work: the hub, greenlets outside of works, the Work's own stamping."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds of a Work in each state; they add up to its duration."""

    cpu: float
    held: float
    delay: float
    wait: float


def clocks(told: Told) -> Clocks:
    """At each instant running if one of its greenlets ran, else delayed if one was ready, else waiting."""
    running = within(told.running(), told.opened, told.closed)
    delayed = length(delay(told))
    ran, cpu = length(running), sum(strand.cpu_ns for strand in told.strands)
    waited = told.closed - told.opened - ran - delayed
    return Clocks(cpu / 1e9, max(0, ran - cpu) / 1e9, delayed / 1e9, waited / 1e9)


def delay(told: Told) -> list[Interval]:
    """When the Work was delayed."""
    return minus(within(told.ready(), told.opened, told.closed), told.running())


Pair = tuple[str, str]
"""Culprit and victim."""


def interference(works: Sequence[Told]) -> dict[Pair, float]:
    """Seconds by pair: what ran while the victim was delayed."""
    names = {told.name for told in works}
    ran = {name: union(i for told in works if told.name == name for i in told.running()) for name in names}
    found: defaultdict[Pair, float] = defaultdict(float)
    for told in works:
        delayed = delay(told)
        left = length(delayed)
        for name in names:
            together = shared(delayed, ran[name])
            found[name, told.name] += together / 1e9
            left -= together
        found[NOBODY, told.name] += max(0, left) / 1e9
    return {pair: seconds for pair, seconds in found.items() if seconds}
