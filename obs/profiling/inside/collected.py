"""What has been captured, summed: on the agent's thread, in slices that the service doesn't notice."""

from __future__ import annotations

from collections import deque
from time import perf_counter

from obs.profiling.builder import Builder, begins
from obs.profiling.inside.places import Frames
from obs.profiling.inside.resumed import Raw
from obs.profiling.session import Sample

SLICE = 0.0003
"""Seconds at a time: it holds the GIL meanwhile."""


class Collected:
    """The samples of one process."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._frames = Frames()
        self.builder = Builder()

    def take(self, raw: deque[Raw]) -> bool:
        """Sum what is there, for a slice; whether that is all."""
        until = perf_counter() + SLICE
        while raw:
            self.add(raw.popleft())
            if perf_counter() > until:
                return not raw
        return True

    def add(self, one: Raw) -> None:
        stack = self._frames.of(one.places)
        sample = Sample(
            (),
            one.work,
            one.view,
            one.seconds,
            greenlet=begins(stack),
            trace=f"{one.trace:032x}" if one.trace else "",
            pid=self._pid,
            on=one.on,
        )
        self.builder.add(stack, sample)
