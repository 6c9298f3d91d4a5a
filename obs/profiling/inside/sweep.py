"""What has not resumed by the end of the window, and so was never sampled: greenlets that are parked still."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from obs.profiling.inside.places import capture
from obs.profiling.inside.resumed import Raw
from obs.runtime import living
from obs.runtime.living import Parked

MOST = 2_000
"""Greenlets. Beyond, they are many of a kind, and the accounted seconds give each kind its weight."""

LONGEST = 4.0
"""Seconds. Who asks waits no longer for an answer than twice that."""


def swept(started: float, ended: float) -> Iterator[list[Raw]]:
    """Their waits, from ``started`` or since when they are parked up to ``ended``; in slices, to sleep in between.

    Times are ``perf_counter``. A Work that waits in several greenlets at once has a sample of each.
    """
    slices = living.Slices((raw(one, started, ended) for one in living.parked(MOST)), living.Lent())
    until = perf_counter() + LONGEST
    while not slices.over and perf_counter() < until:
        yield slices.take()


def raw(parked: Parked, started: float, ended: float) -> Raw | None:
    work = parked.work
    if work is None or work.ended or not parked.since_ns:
        return None
    seconds = ended - max(parked.since_ns / 1e9, started)
    if seconds <= 0.0:
        return None
    return Raw("wait", work.name, work.trace_id, parked.on, seconds, capture(parked.frame))
