"""Samples of waiting and of delay: taken where a greenlet resumes, with the stack that it was parked in."""

from __future__ import annotations

from collections import deque
from random import Random
from time import perf_counter
from types import FrameType
from typing import NamedTuple

from obs.profiling.inside.budget import Budget
from obs.profiling.inside.places import Places, capture
from obs.profiling.session import View
from obs.work import Work

MOST = 20_000
"""Samples that may wait for their collection: some 20 MB."""

_random = Random()  # noqa: S311  for sampling


class Raw(NamedTuple):
    """One sample as it was captured."""

    view: View
    work: str
    trace: int
    on: str
    seconds: float
    places: Places


class Resumed:
    """Listens to the accounting. Its two listeners run in the tracer: they keep no frame, lock and call nothing."""

    def __init__(self, period: float, budget: Budget) -> None:
        """``period``: seconds of delay that a sample stands for."""
        self.period, self.budget = period, budget
        self.raw: deque[Raw] = deque()
        self.overflowed = 0
        self.started = perf_counter()
        self._left = period * _random.random()

    def waited(self, work: Work, frame: FrameType, on: str, weight_ns: int) -> None:
        """A sample of waiting, chosen in proportion to its length by :mod:`obs.runtime.waits`."""
        self._take("wait", work, frame, on, weight_ns / 1e9)

    def delayed(self, work: Work, frame: FrameType | None, delay: float) -> None:
        """Every delay that is looked at: each period of it is a sample, the first after what is left of one.

        Periods vary by a half, so that a service that is delayed in step with them is not seen at one moment only.
        """
        left, hits = self._left - delay, 0
        while left < 0.0:
            more = int(-left / self.period)
            hits += 1 + more
            left += more * self.period + self.period * (0.5 + _random.random())
        self._left = left
        if hits:
            self._take("delay", work, frame, "", hits * self.period)

    def _take(self, view: View, work: Work, frame: FrameType | None, on: str, seconds: float) -> None:
        times = self.budget.weight()
        if not times or frame is None:
            return
        if len(self.raw) >= MOST:
            self.overflowed += 1
            return
        began = perf_counter()
        # What it waited before the window is not the window's.
        seconds = min(seconds, began - self.started) * times
        self.raw.append(Raw(view, work.name, work.trace_id, on, seconds, capture(frame)))
        self.budget.spent += perf_counter() - began
