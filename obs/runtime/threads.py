"""Threads of the standard library, native or made of greenlets by gevent's patching.

gevent replaces what ``Thread.start`` calls and not the class, so a patch made before ``monkey.patch_all()`` stays in
place: the thread is carried by its start, and the greenlet underneath starts bare.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from obs.errors import fault
from obs.patches import Patch
from obs.runtime.carry import Carried, capture, cover


def patches() -> list[Patch]:
    """The table. ``concurrent.futures.thread`` is imported for it, as gevent's own patching of threads does.

    Not ``Thread.run``, which subclasses override, and not a thread's own ``run``, which others wrap too and unwrap by
    its ``__func__`` (sentry-sdk): what calls it, so that nothing of ours is in the service's tracebacks either.
    """
    from concurrent.futures.thread import ThreadPoolExecutor

    return [
        Patch(Thread, "start", _starting),
        Patch(Thread, "_bootstrap_inner", _bootstrapping),
        Patch(ThreadPoolExecutor, "submit", _submitting),
    ]


def _starting(original: Callable[[Thread], Any]) -> Callable[[Thread], Any]:
    def start(self: Thread) -> Any:
        carried = capture()
        if carried is None:
            return original(self)
        _give(self, carried)
        try:
            return cover(original, self)
        except BaseException:
            _take(self)
            raise

    return start


def _bootstrapping(original: Callable[[Thread], Any]) -> Callable[[Thread], Any]:
    def bootstrap(self: Thread) -> Any:
        carried = _take(self)
        if carried is None:
            return original(self)
        carried.enter()
        return carried.labelled(original)(self)

    return bootstrap


def _submitting(original: Callable[..., Any]) -> Callable[..., Any]:
    """The task is carried, the worker thread that ``submit`` may start is not: it will serve others."""

    def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        carried = capture()
        if carried is None:
            return original(self, fn, *args, **kwargs)
        return cover(original, self, carried.over(fn), *args, **kwargs)

    return submit


_CARRIED = "_obs_carried"


def _give(thread: Thread, carried: Carried) -> None:
    try:
        vars(thread)[_CARRIED] = carried
        # From 3.14 on a thread runs in a Context: the service's, a copy of the starter's, or, for None, a new one.
        if getattr(thread, "_context", thread) is None and not getattr(sys.flags, "thread_inherit_context", False):
            thread._context = carried.context()  # type: ignore[attr-defined]  # noqa: SLF001
    except Exception:
        fault("runtime.threads")


def _take(thread: Thread) -> Carried | None:
    carried: Carried | None = vars(thread).pop(_CARRIED, None)
    return carried
