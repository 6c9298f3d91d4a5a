"""Timers: due at their deadline, however late the loop came to look."""

from __future__ import annotations

from types import BuiltinMethodType, FrameType, MethodType, MethodWrapperType
from typing import Any

from obs.runtime.ready.loops import Stamped
from obs.runtime.ready.parked import local

BOUND = (BuiltinMethodType, MethodType, MethodWrapperType)
"""Methods whose ``__self__`` is a plain field; that of anything else may be the service's Python."""


def slept_until(frame: FrameType, begun: int, polled: int) -> int:
    """When a parked ``gevent.sleep`` was to end, which began at ``begun`` or before; 0 if that can't be told."""
    due = deadline(local(frame, "t"), polled)
    if due:
        return due
    seconds = local(frame, "seconds")
    return begun + int(seconds * 1e9) if type(seconds) in (int, float) and seconds > 0 else 0


def fired(loop: Stamped, greenlet: Any, polled: int) -> int:
    """When the timer was due that resumes ``greenlet``: ``spawn_later``, a Timeout; 0 if none is found.

    Its callback switches to the greenlet, or has it as its first argument. 20 µs if it is not among 1,000 timers.
    """
    for timer in reversed(loop.obs_timers):
        callback = timer.callback
        if callback is not None and _owner(callback, timer.args) is greenlet:
            due = deadline(timer, polled)
            if due:
                return due
    return 0


def _owner(callback: Any, args: Any) -> Any:
    if args:
        return args[0]
    return callback.__self__ if type(callback) in BOUND else None


def deadline(timer: Any, polled: int) -> int:
    """When a timer was due that fired after the poll that returned at ``polled``; 0 if it has not, or can't tell.

    libev makes ``at`` relative to its own time when it stops a timer that has fired: what is left of it, below zero.
    """
    if timer is None or timer.active:
        return 0
    at = getattr(timer, "at", None)
    if type(at) is float:
        return polled + int(at * 1e9) if at <= 0 else 0
    due: int = getattr(timer, "obs_due", 0)
    return due
