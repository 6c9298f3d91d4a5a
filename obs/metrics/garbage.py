"""Counts garbage collections and how long each stopped the process, and whose time it was.

The callback is the collector's own guest: what it allocates could set off the next collection, so it makes nothing but
numbers, which the collector doesn't count.
"""

from __future__ import annotations

import gc
from time import perf_counter_ns
from typing import Any

from obs.metrics.catalog import (
    PYTHON_GC_COLLECTIONS,
    PYTHON_GC_OBJECTS_COLLECTED,
    PYTHON_GC_OBJECTS_UNCOLLECTABLE,
    PYTHON_GC_PAUSE,
)
from obs.metrics.store import Store
from obs.work import current

_GENERATIONS = ("0", "1", "2")


class Watch:
    """The callback for ``gc.callbacks``. Collections never nest, so one start is enough for all threads."""

    def __init__(self, store: Store) -> None:
        self._started = 0
        self._pauses = [store.histogram(PYTHON_GC_PAUSE, generation) for generation in _GENERATIONS]
        self._collections = [store.counter(PYTHON_GC_COLLECTIONS, generation) for generation in _GENERATIONS]
        self._collected = [store.counter(PYTHON_GC_OBJECTS_COLLECTED, generation) for generation in _GENERATIONS]
        self._leaked = [store.counter(PYTHON_GC_OBJECTS_UNCOLLECTABLE, generation) for generation in _GENERATIONS]

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._started = perf_counter_ns()
            return
        pause = perf_counter_ns() - self._started
        work = current.get()
        while work is not None:  # part of the duration of the Work it is nested in, too
            work.gc_ns = getattr(work, "gc_ns", 0) + pause
            work = work.parent
        seconds = pause / 1e9
        generation = info["generation"]
        self._pauses[generation].observe(seconds)
        self._collections[generation].add(1.0)
        self._collected[generation].add(info["collected"])
        self._leaked[generation].add(info["uncollectable"])


def install(store: Store) -> None:
    """Count this process's collections in ``store`` from now on, and no longer in another."""
    uninstall()
    gc.callbacks.append(Watch(store))


def uninstall() -> None:
    """Take the callback out again."""
    gc.callbacks[:] = [callback for callback in gc.callbacks if not isinstance(callback, Watch)]
