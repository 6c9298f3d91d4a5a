"""Who stands in line to run: the callbacks of a loop, and whom each resumes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from obs.runtime.ready import loops

MOST = 4096
"""Callbacks that are looked at, the first in line."""


def in_line(loop: Any) -> Iterator[tuple[int, int]]:
    """``(id of a greenlet, when its callback was put in line, perf_counter_ns or 0)``. Any thread may ask."""
    waiting = len(getattr(loop, "_callbacks", ()))
    if loops.is_stamped(loop):
        pairs = list(zip(list(loop.obs_callbacks)[-waiting:], list(loop.obs_times)[-waiting:], strict=False))
        yield from _resumed(pairs if waiting else [])
    elif waiting:
        yield from _resumed((callback, 0) for callback in islice(loop._callbacks, MOST))  # noqa: SLF001  as its repr does


def _resumed(callbacks: Any) -> Iterator[tuple[int, int]]:
    for callback, stamp in callbacks:
        owner = getattr(callback.callback, "__self__", None)
        greenlet = getattr(owner, "greenlet", None) or owner  # a Waiter's, or the greenlet's own switch
        yield (id(greenlet) if hasattr(type(greenlet), "gr_frame") else 0), stamp
