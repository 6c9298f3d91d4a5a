"""One greenlet, seen from another thread: only what can be read without running the service's code or gevent's.

Not ``Greenlet.dead``, which asks for the current greenlet and so makes one for the thread that asks; nor ``name``,
which gives out a number from a register that is its own thread's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType
from typing import Any, Literal

from obs.native import thread_name
from obs.runtime.carry import Looking
from obs.work import Work, current

State = Literal["running", "ready", "waiting", "not started", "dead"]


def state(greenlet: Any) -> tuple[State, FrameType | None]:
    """Its state, as far as it knows itself, and where it is parked; that it is ready is known to its loop alone."""
    base = sys.modules["greenlet"].greenlet
    if base.__bool__(greenlet):
        frame = base.gr_frame.__get__(greenlet)
        return ("running" if frame is None else "waiting"), frame
    return ("dead" if base.dead.__get__(greenlet) else "not started"), None


def work_of(greenlet: Any) -> Work | None:
    """The Work that is current in a greenlet that does not run."""
    try:
        context = sys.modules["greenlet"].greenlet.gr_context.__get__(greenlet)
    except ValueError:  # it runs, on another thread
        return None
    return None if context is None else context.get(current)


def name(greenlet: Any) -> str:
    """The name that somebody has given it, or the thread that it is; empty if it is one of many."""
    given = getattr(greenlet, "__dict__", {}).get("name")
    return given if type(given) is str else thread_name(id(greenlet))


def spawner(greenlet: Any) -> Any:
    """The greenlet that spawned it, if that lives and gevent keeps track."""
    weak = getattr(greenlet, "spawning_greenlet", None)
    return weak() if weak is not None else None


def spawned_at(greenlet: Any, ours: str) -> tuple[CodeType, int] | None:
    """Where: the innermost place outside of gevent and the folder ``ours``, of the ten that gevent keeps."""
    frame = getattr(greenlet, "spawning_stack", None)
    while frame is not None:
        file = frame.f_code.co_filename
        if "/gevent/" not in file and not file.startswith(ours):
            return frame.f_code, frame.f_lineno
        frame = frame.f_back
    return None


def begins(greenlet: Any) -> CodeType | None:
    """The code that one which has not started will run, if it is Python's."""
    call: Any = getattr(greenlet, "__dict__", {}).get("_run") or getattr(greenlet, "_run", None)
    for _ in range(10):
        unwrapped = _inner(call)
        if unwrapped is None:
            break
        call = unwrapped
    code = getattr(call, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _inner(call: Any) -> Callable[..., Any] | None:
    """What a partial, or a bound method, calls."""
    if isinstance(call, Looking):
        return call.args[0]  # type: ignore[no-any-return]
    if type(call) is partial:
        return call.func
    return getattr(call, "__func__", None) if type(call).__name__ == "method" else None
