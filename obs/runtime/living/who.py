"""Which greenlets there are: those that obs has seen started, and every thread's hub and main greenlet."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from obs.runtime import loop
from obs.runtime.accounting import clocks
from obs.runtime.loop.census import Entry

Role = Literal["", "hub", "main"]


class Who(NamedTuple):
    greenlet: Any
    role: Role
    """What it is for its thread; empty for the others."""
    started: float
    """``perf_counter``; 0 if that is not known."""


def everybody() -> Iterator[Who]:
    """Each of them once. Lazy, and for any thread; see :mod:`obs.runtime.living.lent` about holding one.

    By ``map`` and ``filter``, because a generator's own variables would hold the last one while others have their turn.
    """
    for clock in clocks():
        yield from _of_thread(clock.hub)
    yield from filter(None, map(_who, loop.entries()))


def _who(entry: Entry) -> Who | None:
    greenlet = entry()
    return None if greenlet is None else Who(greenlet, "", entry.at)


def _of_thread(hub: Any) -> list[Who]:
    main = [] if hub.parent is None else [Who(hub.parent, "main", 0.0)]
    return [Who(hub, "hub", 0.0), *main]


def unknown() -> Iterator[Who]:
    """The greenlets of the known loops that nobody has seen start: older than obs, or made without gevent's spawn.

    One scan over all objects, which can't be cut into slices: it holds the GIL for some 30 ms per million of them.
    """
    parents = [who.greenlet for clock in clocks() for who in _of_thread(clock.hub)]
    if parents:
        known = set(map(_id, everybody()))
        base = sys.modules["greenlet"].greenlet
        found = [thing for thing in gc.get_referrers(*parents) if isinstance(thing, base) and id(thing) not in known]
        # What is dead and not known any more, somebody keeps; it was seen while it lived.
        yield from map(_unknown, (thing for thing in found if not base.dead.__get__(thing)))


def _id(who: Who) -> int:
    return id(who.greenlet)


def _unknown(greenlet: Any) -> Who:
    return Who(greenlet, "", 0.0)
