"""Looks at the threads that serve works, from beside them: who holds a loop without using the CPU, and in which stack.

A look needs the GIL. Of code that has let go of it and stands still (an unpatched sleep, a blocking read, a lock of the
system) it sees each moment as likely as any other: it looks twice, and what is still at the same place of the same
segment, and has not used its CPU between the two, holds the loop. Code that runs is another matter: it gives the GIL
away where it is about to wait, so what is seen of it is biased, and C code that never lets go is not seen at all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import clock_gettime
from typing import NamedTuple

from obs.profiling.inside.places import Places, capture
from obs.profiling.inside.resumed import Raw
from obs.profiling.session import View
from obs.runtime.accounting import Clock
from obs.runtime.accounting.clock import every
from obs.runtime.accounting.plain import cpu_clock
from obs.runtime.blocks import calls
from obs.runtime.blocks.course import running
from obs.runtime.blocks.shots import Place
from obs.work import Work

AGAIN = 0.001
"""Seconds between the two looks. What stands still for less is not seen."""

LATE = 0.002
"""Seconds. Who gets the GIL so much later than it was asked for, has waited for Python code to give it away."""

STILL = 0.1
"""Of the time between the looks: CPU that a thread may use and be taken to stand still."""


class Look(NamedTuple):
    """What a thread was seen to do."""

    clock: Clock
    who: Work | str
    since: int
    at: float
    cpu: float
    places: Places

    def raw(self, view: View, seconds: float, on: str = "") -> Raw:
        name, trace = (self.who.name, self.who.trace_id) if isinstance(self.who, Work) else (self.who, 0)
        return Raw(view, name, trace, on, seconds, self.places)


def look(at: float) -> list[Look]:
    """One look at each thread in which somebody is at work. ``at``: ``perf_counter``."""
    return [found for clock in every() if (found := look_at(clock, at)) is not None]


def look_at(clock: Clock, at: float) -> Look | None:
    since, who = running(clock) if clock.hub is not None else (clock.last, clock.running)
    if not since or who is None:
        return None
    places = capture(sys._current_frames().get(clock.thread_id))  # noqa: SLF001  the documented way to a stack
    try:
        return Look(clock, who, since, at, clock_gettime(cpu_clock(clock.native_id)), places)
    except OSError:
        return None  # its thread has ended


def compared(first: list[Look], second: list[Look], seconds: float) -> Iterator[Raw]:
    """What each of ``first`` was doing, as the ``second`` look shows; each stands for ``seconds``."""
    later = {found.clock.thread_id: found for found in second}
    for before in first:
        after = later.get(before.clock.thread_id)
        if after is not None and stood_still(before, after):
            yield before.raw("held" if before.clock.hub is not None else "wait", seconds, call(before.places))
        else:
            yield before.raw("cpu", seconds)


def call(places: Places) -> str:
    """The kind of C call that a stack stands still in, such as ``sql``, as `obs blocks` says it; empty if unknown.

    Such calls leave no frame. Half a millisecond for each place, once, while its loop stands still anyway.
    """
    if not places:
        return ""
    code, lasti = places[:2]
    return calls.at(Place(code, lasti, None, calls.module_of(code.co_filename))).kind


def stood_still(before: Look, after: Look) -> bool:
    same = before.since == after.since and before.places[:2] == after.places[:2]
    return same and after.cpu - before.cpu < STILL * (after.at - before.at)
