"""What a workload tells of itself, by its own clocks: when each of its greenlets parked, was ready and ran again.

It is the truth that obs is judged by, so nothing here asks obs: every time is ``perf_counter_ns`` or the thread's CPU,
read around each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter_ns, thread_time_ns
from typing import NamedTuple

from benchmarks.accounting.intervals import Interval, union


class Run(NamedTuple):
    """What one greenlet ran at a stretch: from and to by the clock, and by the CPU time of its thread. ns."""

    began: int
    ended: int
    cpu_began: int
    cpu_ended: int

    @property
    def cpu(self) -> int:
        return self.cpu_ended - self.cpu_began


class Strand:
    """One greenlet of a Work, from when it runs first to its end."""

    def __init__(self, spawned: int | None = None) -> None:
        """``spawned``: when it was made, if it is not the greenlet that opened the Work. It was ready from then on."""
        self.runs: list[Run] = []
        self.ready: list[Interval] = []
        """When it could have run, and did not."""
        self._back()
        if spawned is not None:
            self.ready.append((spawned, self._since))

    def leave(self) -> int:
        """It gives way now."""
        now = perf_counter_ns()
        self.runs.append(Run(self._since, now, self._cpu, thread_time_ns()))
        return now

    def back(self, parked: int, ready: int) -> None:
        """It runs again, which left at ``parked``; what it waited for was there at ``ready``."""
        self._back()
        self.ready.append((min(max(ready, parked), self._since), self._since))

    def _back(self) -> None:
        self._since = perf_counter_ns()
        self._cpu = thread_time_ns()


@dataclass(slots=True)
class Told:
    """A Work, as its own greenlets tell it."""

    name: str
    opened: int = 0
    closed: int = 0
    strands: list[Strand] = field(default_factory=list)

    @contextmanager
    def strand(self, spawned: int | None = None) -> Iterator[Strand]:
        """What this greenlet does for the Work."""
        strand = Strand(spawned)
        self.strands.append(strand)
        try:
            yield strand
        finally:
            strand.leave()

    def runs(self) -> list[Run]:
        return sorted(run for strand in self.strands for run in strand.runs)

    def running(self) -> list[Interval]:
        """When one of its greenlets held the loop."""
        return union((run.began, run.ended) for run in self.runs())

    def ready(self) -> list[Interval]:
        """When one of them could have run, and did not."""
        return union(interval for strand in self.strands for interval in strand.ready)
