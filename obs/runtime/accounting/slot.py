"""greenlet has one slot for a tracer in each thread, and others want it too (gevent's monitor thread, profilers).

Who installs later is to call who was there, as greenlet's documentation says; obs does. Where somebody doesn't, or an
exception in a tracer has made greenlet remove it, the tick installs it again.
"""

from __future__ import annotations

from sys import _getframe
from typing import Any

from obs import patches
from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_TRACER_LOST
from obs.runtime.accounting.clock import Clock, Tracer
from obs.runtime.accounting.tracer import tracer


def take(clock: Clock) -> None:
    """Install a tracer in this thread's slot, before the one that is there."""
    from greenlet import settrace

    clock.tracer = trace = tracer(clock)
    clock.previous = settrace(trace)
    clock.depth = 0


def give_back(clock: Clock) -> None:
    """Leave the slot as it would be without us, on any thread: what somebody has put over ours calls on through it."""
    trace, previous = clock.tracer, clock.previous
    clock.tracer = None
    if trace is None:
        return
    from greenlet import gettrace, settrace

    if gettrace() is trace:
        settrace(previous)
    _pass_through(trace, previous)


def mend(clock: Clock) -> bool:
    """On the clock's own thread: see that its tracer is called at switches. False if it is not to be any more."""
    from greenlet import gettrace

    trace, now = clock.tracer, gettrace()
    if trace is None:
        return False
    if now is not trace and not (now is not None and _is_called(clock)):
        _pass_through(trace, _nothing)
        previous = clock.previous
        take(clock)
        if clock.previous is None and previous is not now:
            clock.previous = previous  # it was ours that an exception removed
        clock.lost += 1
        active.store().counter(OBS_SELF_TRACER_LOST).add(1.0)
    return True


def _is_called(clock: Clock) -> bool:
    """Try: switch to a greenlet that only comes back. Also counts the frames of others above the tracer's."""
    from greenlet import greenlet

    frames: list[int] = []

    def look(event: str, args: Any) -> None:
        frame = _getframe(1).f_back
        frames.append(0)
        while frame is not None:
            frames[-1], frame = frames[-1] + 1, frame.f_back
        if previous is not None:
            previous(event, args)

    previous, clock.previous = clock.previous, look
    try:
        greenlet(_nothing).switch()
    finally:
        clock.previous = previous
    clock.depth = frames[0] if frames else 0  # the first is in the new greenlet, which has no frames of its own yet
    return bool(frames)


def _pass_through(trace: Tracer, previous: Tracer | None) -> None:
    patches.pass_through(trace, previous or _nothing)


def _nothing(*_args: Any) -> None:
    """Trace nothing, do nothing."""
