"""Results of gevent's thread pools: ready when the thread had them, which the loop finds out at its next poll."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

from obs.errors import fault
from obs.patches import Patch
from obs.runtime.ready.loops import Stamped, is_stamped

MOST = 10_000
"""Results on their way. More are of hubs that were destroyed meanwhile."""

_done: dict[int, int] = {}
"""When the thread had it, by the identity of the result."""


def patches() -> list[Patch]:
    from gevent.threadpool import ThreadResult

    return [
        Patch(ThreadResult, "set", _noting),
        Patch(ThreadResult, "handle_error", _noting),
        Patch(ThreadResult, "_on_async", _passing_on),
    ]


def _noting(original: Callable[..., Any]) -> Callable[..., Any]:
    """In the pool's thread: the result is there."""

    def note(self: Any, *args: Any) -> Any:
        if len(_done) >= MOST:
            _done.clear()
        _done[id(self)] = perf_counter_ns()
        return original(self, *args)

    return note


def _passing_on(original: Callable[..., Any]) -> Callable[..., Any]:
    """In the hub: it puts the callbacks in line that resume who waits for it. They were ready since then."""

    def _on_async(self: Any) -> Any:
        loop = getattr(self.hub, "loop", None)
        done = _done.pop(id(self), 0)
        if not done or not is_stamped(loop):
            return original(self)
        last = loop.obs_callbacks[-1] if loop.obs_callbacks else None
        try:
            return original(self)
        finally:
            _restamp(loop, last, done)

    return _on_async


def _restamp(loop: Stamped, last: Any, done: int) -> None:
    try:
        callbacks = loop.obs_callbacks
        for at in range(-1, -1 - min(len(callbacks), 16), -1):
            if callbacks[at] is last:
                return
            loop.obs_times[at] = done
    except Exception:
        fault("ready.pool")
