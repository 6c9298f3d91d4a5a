"""From when on a figure is orange, and red: the same thing has the same limits on every board."""

from __future__ import annotations

from obs.generate.boards.colours import BAD, GOOD, WARN
from obs.generate.boards.panel import Step
from obs.generate.rules.alerts.loop import LOOP_BLOCKED


def above(warn: float, bad: float) -> tuple[Step, ...]:
    """Green below ``warn``."""
    return Step(warn, WARN), Step(bad, BAD)


def below(warn: float, bad: float) -> tuple[Step, ...]:
    """Green from ``warn`` on; red below ``bad``."""
    return Step(-1e9, BAD), Step(bad, WARN), Step(warn, GOOD)


FAILED = above(0.001, 0.01)
"""Part of the requests."""
JOBS_FAILED = above(0.01, 0.1)
RETRIED = above(0.05, 0.25)
SLOW = above(0.5, 2.5)
"""p99 of requests, seconds."""
BUSY = above(0.7, 0.85)
"""Part of a loop's time."""
LATE = above(0.05, 0.25)
"""Of a loop, seconds."""
IN_LINE = above(0.1, 0.3)
"""Part of a work's time behind others."""
STOPPED = above(0.02, 0.1)
"""Part of the time in which a process stands still: blocked, or collecting garbage."""
OLD = above(60, 300)
"""A job in its queue, seconds."""
BLOCKING = (Step(LOOP_BLOCKED.limits["share"], BAD),)
"""Part of its loops' time that one work blocks."""
SLOWER = above(0.2, 1)
"""By which part p99 grew."""
DEARER = above(0.1, 0.5)
"""By which part CPU grew."""
OWN_CPU = above(0.05, 0.1)
"""obs's own, over the services'."""
ANY = above(1e-9, 1)
"""What should never be."""
ONE_IS_MUCH, ONE_IS_BAD = (Step(1, WARN),), (Step(1, BAD),)
"""Of things that are counted."""
BURNING = above(1, 6)
"""Times too fast."""
LEFT = below(0.25, 0.1)
"""Of an SLO's budget."""
