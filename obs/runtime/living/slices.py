"""A long look in slices, between which the loop has its turn."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Generic, TypeVar

from obs.runtime.holds import hold
from obs.runtime.living.lent import Lent

T = TypeVar("T")

SLICE = 0.000_2
"""Seconds that a slice takes the GIL for, and one item more, which takes some 10 to 100 µs."""

GAP = 0.002
"""Seconds of sleep between two slices: the loop keeps nine tenths of its thread's time."""


class Slices(Generic[T]):
    """Takes what an iterator gives; ``None`` is a step without a result."""

    def __init__(self, items: Iterator[T | None], lent: Lent) -> None:
        self._items, self._lent = items, lent
        self.over = False

    def take(self) -> list[T]:
        """One slice: what there was; how long it took is counted as obs's own hold."""
        return hold(self._take)

    def _take(self) -> list[T]:
        with no_collection():
            return self._slice()

    def _slice(self) -> list[T]:
        found: list[T] = []
        until = perf_counter() + SLICE
        try:
            for item in self._items:
                if item is not None:
                    found.append(item)
                if perf_counter() >= until:
                    return found
            self.over = True
            return found
        finally:
            self._lent.give_back()


@contextmanager
def no_collection() -> Iterator[None]:
    """Leave collections to the service's threads: here one would hold the loop up, and run the service's finalizers.

    3.11 makes an object for each frame that is looked at, which counts towards the next collection.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
