"""The one thing to know of a session."""

from __future__ import annotations

from collections.abc import Mapping

from obs.profiling.stacks import Stacks, total
from obs.profiling.works import is_nobodys

QUEUEING = 0.7
"""The share of busy time from which works queue for the loop, whatever else they wait for; see docs/loop.md."""


def leading(found: Mapping[str, Stacks], busy: float | None = None) -> str:
    """The view that tells most of why works take as long as they do; empty if there is nothing.

    A work's duration is the sum of its four clocks. If most of it is spent on the loop or in line for it, the cause is
    whatever held the loop, by computing or by blocking; delay is only what that did to others. The same if the loop was
    ``busy`` for so much of its time that works queue. Else it is the wait. Idle workers wait too, so waits of no work
    don't count.
    """
    seconds = {view: total(stack for stack in of if counts(view, stack.work)) for view, of in found.items()}
    if not any(seconds.values()):
        return next(iter(found), "")
    holders = {view: seconds[view] for view in ("cpu", "held") if seconds.get(view)}
    on_loop = sum(holders.values()) + seconds.get("delay", 0.0)
    if holders and (on_loop >= seconds.get("wait", 0.0) or (busy or 0.0) >= QUEUEING):
        return max(holders, key=lambda view: holders[view])
    return max(seconds, key=lambda view: seconds[view] if view == "wait" or not holders else 0.0)


def counts(view: str, work: str) -> bool:
    return view != "wait" or bool(work and not is_nobodys(work))
