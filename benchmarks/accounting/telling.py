"""What a workload tells of itself, by its own clocks: when each of its greenlets parked, was ready and ran again.

It is the truth that obs is judged by, so nothing here asks obs: every time is ``perf_counter_ns`` or the thread's CPU,
read around each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter_ns, thread_time_ns

from benchmarks.accounting.intervals import Interval, union


class Strand:
    """One greenlet of a Work, from when it runs first to its end."""

    def __init__(self, spawned: int | None = None) -> None:
        """``spawned``: when it was made, if it is not the greenlet that opened the Work. It was ready from then on."""
        self.began = perf_counter_ns()
        self.ended = 0
        self.cpu_ns = 0
        self.parks: list[tuple[int, int, int]] = []
        """``(parked, ready, resumed)`` of each time that it gave way."""
        if spawned is not None:
            self.parks.append((spawned, spawned, self.began))
            self.began = spawned
        self._cpu_from = thread_time_ns()

    def leave(self) -> int:
        """It gives way now."""
        self.cpu_ns += thread_time_ns() - self._cpu_from
        return perf_counter_ns()

    def back(self, parked: int, ready: int) -> None:
        """It runs again; something that it waited for was there at ``ready``."""
        now = perf_counter_ns()
        self._cpu_from = thread_time_ns()
        self.parks.append((parked, min(max(ready, parked), now), now))

    def end(self) -> None:
        self.ended = self.leave()

    def running(self) -> list[Interval]:
        """When it held the loop."""
        edges = [self.began, *(edge for parked, _, resumed in self.parks for edge in (parked, resumed)), self.ended]
        return list(zip(edges[::2], edges[1::2], strict=True))

    def ready(self) -> list[Interval]:
        """When it could have run, and did not."""
        return [(ready, resumed) for _, ready, resumed in self.parks]


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
            strand.end()

    def running(self) -> list[Interval]:
        return union(interval for strand in self.strands for interval in strand.running())

    def ready(self) -> list[Interval]:
        return union(interval for strand in self.strands for interval in strand.ready())
