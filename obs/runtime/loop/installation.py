"""Turns on what is counted for the whole process, and exactly off again: greenlets, thread pools, the look a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from obs import patches
from obs.errors import fault
from obs.metrics import active, catalog
from obs.patches import Patch
from obs.runtime import watch
from obs.runtime.loop.census import Census
from obs.runtime.loop.look import Look
from obs.runtime.loop.pools import Pools

Undo = Callable[[], object]

_undo: list[Undo] = []


def install() -> None:
    """Count greenlets and thread pools, and publish what loops do, once a second. Imports gevent. Idempotent.

    Undo it before what was patched earlier (obs.runtime.context): both patch ``ThreadPool.spawn``.
    """
    if _undo:
        return
    from gevent import Greenlet
    from gevent.threadpool import ThreadPool

    store = active.store()
    census, pools = Census(), Pools(store.histogram(catalog.OBS_THREADPOOL_WAIT))
    applied = patches.apply([Patch(ThreadPool, "spawn", partial(_spawning, pools))])
    _undo.append(partial(patches.undo, applied))
    Greenlet.add_spawn_callback(census.spawned)
    _undo.append(partial(Greenlet.remove_spawn_callback, census.spawned))
    look = Look(store, census, pools)
    _undo.extend((look.clear, watch.every(1.0, look)))


def uninstall() -> None:
    """Take all of it back. Loops that are watched stay so: see ``unwatch``. Idempotent."""
    while _undo:
        try:
            _undo.pop()()
        except Exception:
            fault("loop.uninstall")


def _spawning(pools: Pools, original: Callable[..., Any]) -> Callable[..., Any]:
    def spawn(self: Any, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return original(self, pools.submitting(self, func) if callable(func) else func, *args, **kwargs)

    return spawn
