"""Threads of the standard library, native or made of greenlets by gevent's patching.

gevent replaces what ``Thread.start`` calls and not the class, so a patch made before ``monkey.patch_all()`` stays in
place: the thread is carried by its start, and the greenlet underneath starts bare.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

from obs.errors import fault
from obs.labels import hide_frame
from obs.patches import Patch
from obs.runtime.carry import Carried, Looking, capture, cover


def patches() -> list[Patch]:
    """The table. ``concurrent.futures.thread`` is imported for it, as gevent's own patching of threads does."""
    from concurrent.futures.thread import ThreadPoolExecutor

    return [
        Patch(Thread, "start", _starting),
        Patch(ThreadPoolExecutor, "submit", _submitting),
    ]


def _starting(original: Callable[[Thread], Any]) -> Callable[[Thread], Any]:
    def start(self: Thread) -> Any:
        carried = capture()
        if carried is None:
            return original(self)
        own = _put_around(self, carried)
        try:
            return cover(original, self)
        except BaseException:
            _put_back(self, own)
            raise

    return start


def _submitting(original: Callable[..., Any]) -> Callable[..., Any]:
    """The task is carried, the worker thread that ``submit`` may start is not: it will serve others."""

    def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        carried = capture()
        if carried is None:
            return original(self, fn, *args, **kwargs)
        return cover(original, self, carried.over(fn), *args, **kwargs)

    return submit


def _put_around(thread: Thread, carried: Carried) -> Any:
    """Put our part around the thread's ``run``, whichever class defines it; returns the instance's own, if it had one.

    In the instance, because a class that overrides ``run`` would not see a patch of ``Thread.run``.
    """
    own = vars(thread).get("run")
    try:
        run = carried.labelled(thread.run)
        thread.run = Looking(_run, run, thread, own, carried)  # type: ignore[method-assign]
    except Exception:
        fault("runtime.threads")
    return own


def _put_back(thread: Thread, own: Any) -> None:
    if own is None:
        vars(thread).pop("run", None)
    else:
        thread.run = own  # type: ignore[method-assign]


def _run(run: Callable[[], None], thread: Thread, own: Any, carried: Carried) -> None:
    # First of all: a thread that holds a method bound to itself would be left to the garbage collector.
    _put_back(thread, own)
    carried.enter()
    try:
        run()
    except BaseException as error:
        hide_frame(error)
        raise
