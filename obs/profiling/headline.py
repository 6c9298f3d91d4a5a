"""The one thing to know of a session."""

from __future__ import annotations

from collections.abc import Mapping

from obs.profiling.hot import NOWHERE, hottest
from obs.profiling.stacks import Stacks, total
from obs.profiling.works import is_nobodys

HOLDERS = ("cpu", "held")
"""The views of works that have the loop."""

QUEUEING = 0.7
"""The share of busy time from which works queue for the loop, whatever else they wait for; see docs/loop.md."""


def leading(found: Mapping[str, Stacks], busy: float | None = None) -> str:
    """The view that tells most of why works take as long as they do; empty if there is nothing.

    A work's duration is the sum of its four clocks. If most of it is spent on the loop or in line for it, the cause is
    whatever held the loop, by computing or by blocking; delay is only what that did to others. The same if the loop was
    ``busy`` for so much of its time that works queue. Else it is the wait. Idle workers wait too, so waits of no work
    don't count. Of cpu and held it is where the hottest place is: many lines that compute a little are no cause of what
    one line does to all.

    Where the line that computes most is the one that waits most, it computes in order to wait: a call for each of many
    rows. Each of its waits ends in line for the loop, so the delay is of the waits' making, and no loop would be busy
    without them: then the wait leads unless the works' own time on the loop is more.
    """
    seconds = {view: total(stack for stack in of if counts(view, stack.work)) for view, of in found.items()}
    if not any(seconds.values()):
        return next(iter(found), "")
    holders = [view for view in HOLDERS if seconds.get(view)]
    if not holders:
        return max(seconds, key=lambda view: seconds[view])
    holder = max(holders, key=lambda view: (seconds_at_hottest(found[view]), seconds[view]))
    waited, own = seconds.get("wait", 0.0), sum(seconds[view] for view in holders)
    if waits_where_it_runs(found, holder):
        return holder if own >= waited else "wait"
    on_loop = own + seconds.get("delay", 0.0)
    return holder if on_loop >= waited or (busy or 0.0) >= QUEUEING else "wait"


def waits_where_it_runs(found: Mapping[str, Stacks], holder: str) -> bool:
    """Whether works wait most at the very line that has the loop most."""
    waits = hottest([stack for stack in found.get("wait", ()) if counts("wait", stack.work)])
    runs = hottest(found[holder])
    return waits is not None and runs is not None and waits.frame == runs.frame != NOWHERE


def seconds_at_hottest(found: Stacks) -> float:
    """Seconds at the hottest place; 0 if no sample shows one: held in no sample is that the process had no CPU."""
    spot = hottest(found)
    return 0.0 if spot is None or spot.frame == NOWHERE else spot.weight


def seen(found: Stacks) -> float:
    """The seconds of which there are samples."""
    return total(stack for stack in found if stack.frames)


def counts(view: str, work: str) -> bool:
    return view != "wait" or bool(work and not is_nobodys(work))
