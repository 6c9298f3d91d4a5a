"""``obs_loop_delay_seconds``: how late the loop comes to a thing that is ready.

Imagine a probe that becomes ready every 10 ms, whatever the loop does. Its delay is the time until the loop has looked
for events and done all that was in line before it, as for a greenlet that is spawned for a new connection. So the
share of probes in a bucket is the share of the *time* at which whatever became ready had to wait so long:

- a loop that sleeps answers at once: one observation of zero for each 10 ms of sleep;
- a block of 500 ms is 50 observations, of 500, 490, … 10 ms: none is left out because the loop was too busy to look,
  as happens to a timer that measures itself (Node's ``monitorEventLoopDelay`` sees one of 500 ms);
- 50 callbacks of 10 ms in a row give the same: what comes first stands in line behind all of them.

One observation per turn would not do: a loop that sleeps takes many short turns, and one that blocks few.

While the loop works a probe is a real callback, which the hook after the poll puts in line; at most 100 a second of
busy time. Its ready time is known by arithmetic.
"""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter_ns
from typing import NamedTuple

from obs.errors import fault
from obs.metrics.store import Histogram

STEP_NS = 10_000_000
"""Between two probes: Node's default. Whoever was late by less than this is found in proportion."""


class Probes(NamedTuple):
    """Some probes that became ready one step after another while the loop was at work."""

    last: int
    """When the last of them did, by ``perf_counter_ns``."""
    number: int

    @classmethod
    def due(cls, since: int, now: int) -> Probes:
        """Those up to ``now``, of which the first became ready ``since`` nanoseconds of work ago."""
        more, rest = divmod(since, STEP_NS)
        return cls(now - rest, more + 1)


class Delays:
    """Observes probes in a histogram of seconds."""

    def __init__(self, histogram: Histogram) -> None:
        self.histogram = histogram

    def answer(self, probes: Probes) -> None:
        """The loop has come to them. Runs as a callback of the loop."""
        try:
            self.observe(probes, perf_counter_ns())
        except Exception:
            fault("loop.delay")

    def observe(self, probes: Probes, answered: int) -> None:
        """They were answered at ``answered``. Takes 5 µs, also for the 6,000 of a process that was stopped a minute."""
        histogram = self.histogram
        shortest = max(answered - probes.last, 0)
        bounds = [int(bound * 1e9) for bound in histogram.bounds]
        within = [0, *(_within(bound - shortest, probes.number) for bound in bounds), probes.number]
        for bucket, (below, up_to) in enumerate(pairwise(within)):
            if up_to > below:
                histogram.cells[histogram.index + bucket] += up_to - below
        total = probes.number * shortest + STEP_NS * probes.number * (probes.number - 1) // 2
        seconds = total / 1e9
        histogram.cells[histogram.sum_index] += seconds

    def observe_none(self, number: int) -> None:
        """So many found the loop asleep."""
        histogram = self.histogram
        histogram.cells[histogram.index] += number


def _within(margin: int, number: int) -> int:
    """How many of ``number`` delays, the shortest first and a step apart, exceed the shortest by ``margin`` at most."""
    return min(margin // STEP_NS + 1, number) if margin >= 0 else 0
