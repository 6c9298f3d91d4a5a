"""Turns on what is counted for the whole process, and exactly off again: greenlets, thread pools, the look a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from obs import patches
from obs.errors import fault
from obs.metrics import active, catalog
from obs.patches import Patch
from obs.runtime import watch
from obs.runtime.loop.census import Census, Entry
from obs.runtime.loop.look import Look
from obs.runtime.loop.pools import Pools

Undo = Callable[[], object]

_undo: list[Undo] = []
_known: list[Census] = []


def entries() -> Iterator[Entry]:
    """The greenlets that are known in this process, raw ones too; none where nothing is counted. Any thread may ask."""
    for census in tuple(_known):
        yield from census.entries()


def install() -> None:
    """Count greenlets and thread pools, and publish what loops do, once a second. Imports gevent. Idempotent.

    Undo it before what was patched earlier (obs.runtime.context): both patch ``ThreadPool.spawn`` and ``spawn_raw``.
    """
    if _undo:
        return
    import gevent.hub
    from gevent import Greenlet
    from gevent.threadpool import ThreadPool

    store = active.store()
    census, raw, pools = Census(), Census(), Pools(store.histogram(catalog.OBS_THREADPOOL_WAIT))
    table = [
        Patch(ThreadPool, "spawn", partial(_spawning, pools)),
        *(Patch(module, "spawn_raw", partial(_spawning_raw, raw)) for module in (gevent, gevent.hub)),
    ]
    _undo.append(partial(patches.undo, patches.apply(table)))
    _known.extend((census, raw))
    _undo.append(_known.clear)
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


def _spawning_raw(raw: Census, original: Callable[..., Any]) -> Callable[..., Any]:
    """Raw greenlets aren't known to gevent, and not counted among the others: they are entered apart."""

    def spawn_raw(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        child = original(function, *args, **kwargs)
        raw.spawned(child)
        return child

    return spawn_raw


def _spawning(pools: Pools, original: Callable[..., Any]) -> Callable[..., Any]:
    def spawn(self: Any, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return original(self, pools.submitting(self, func) if callable(func) else func, *args, **kwargs)

    return spawn
