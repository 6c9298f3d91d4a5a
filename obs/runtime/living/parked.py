"""The greenlets that are parked now, for who samples what they wait for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import FrameType
from typing import NamedTuple

from obs.runtime import waits
from obs.runtime.living.greenlets import name, state, work_of
from obs.runtime.living.who import Who, everybody
from obs.work import Work


class Parked(NamedTuple):
    """One of them. Keep neither the frame nor the Work: whoever lets go of them last runs their ends."""

    name: str
    work: Work | None
    frame: FrameType
    since_ns: int
    """``perf_counter_ns`` at which its Work last ran: no later than it was parked; 0 if that is not known."""
    on: str
    """What it waits for, as in ``obs_wait_seconds_total``."""


def parked(most: int) -> Iterator[Parked]:
    """Up to ``most`` of them, hubs and main greenlets left out. Lazy: take no more than 300 µs of it at once."""
    yield from islice(filter(None, map(_parked, everybody())), most)


def _parked(who: Who) -> Parked | None:
    greenlet = who.greenlet
    _, frame = state(greenlet)
    if frame is None or who.role:
        return None
    work = work_of(greenlet)
    return Parked(name(greenlet), work, frame, int(last_ran(work) * 1e9), waits.classify(frame))


def last_ran(work: Work | None) -> float:
    """When a Work was last switched away from, ``perf_counter``; 0 if that is not known."""
    account = work.account if work is not None else None
    return 0.0 if account is None else float(account.seen)
