"""How long obs itself holds a loop: each piece of its own work that the loop has to wait for is timed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from time import thread_time
from typing import TypeVar

from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_HOLD
from obs.metrics.store import Histogram

T = TypeVar("T")


def hold(call: Callable[[], T]) -> T:
    """``call()``, timed: for what runs some times a second, since it costs 0.8 µs. Raises what ``call`` raises.

    By the thread's CPU time: on a busy machine the clock on the wall counts the work of others.
    """
    started = thread_time()
    try:
        return call()
    finally:
        seconds = thread_time() - started
        _histogram().observe(seconds)


@cache
def _histogram() -> Histogram:
    return active.store().histogram(OBS_SELF_HOLD)
