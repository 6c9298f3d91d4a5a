"""gevent's ways to start concurrent work. Importing this module imports gevent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import gevent.hub
import gevent.threadpool
from greenlet import greenlet

from obs.errors import fault
from obs.patches import Patch
from obs.runtime.carry import capture, cover


def on_spawn(child: gevent.Greenlet) -> None:
    """gevent's spawn callback: runs in the parent, before the child is scheduled. Hot: +0.2 µs outside a Work.

    Whatever it raised would come out of ``gevent.spawn``.
    """
    try:
        carried = capture()
        if carried is not None:
            if child.gr_context is None:  # else the service chose one
                child.gr_context = carried.context()
            if carried.work is not None:
                # `_run` is what a subclass of Greenlet defines, and where the constructor keeps the callable it got.
                child._run = carried.labelled(child._run)  # type: ignore[method-assign]  # noqa: SLF001
    except Exception:
        fault("runtime.spawn")


def patches() -> list[Patch]:
    """What spawn callbacks don't see: raw greenlets and gevent's own native threads.

    Pools, groups, ``spawn_later``, servers and patched threads all start a Greenlet. gevent's ``ThreadPoolExecutor``
    goes through ``ThreadPool.spawn``.
    """
    return [
        Patch(gevent, "spawn_raw", _spawning_raw),
        Patch(gevent.hub, "spawn_raw", _spawning_raw),
        Patch(gevent.threadpool.ThreadPool, "spawn", _spawning_thread),
    ]


def _spawning_raw(original: Callable[..., greenlet]) -> Callable[..., greenlet]:
    def spawn_raw(function: Callable[..., Any], *args: Any, **kwargs: Any) -> greenlet:
        carried = capture()
        if carried is None or not callable(function):  # the original says what is wrong with it
            return original(function, *args, **kwargs)
        child = original(carried.labelled(function), *args, **kwargs)
        child.gr_context = carried.context()
        return child

    return spawn_raw


def _spawning_thread(original: Callable[..., Any]) -> Callable[..., Any]:
    """The task is carried; the pool's manager greenlet, which ``spawn`` may start, is not."""

    def spawn(self: Any, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        carried = capture()
        if carried is None:
            return original(self, func, *args, **kwargs)
        return cover(original, self, carried.over(func), *args, **kwargs)

    return spawn
