"""From totals to rates: what each work did between two looks at the metrics."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from obs.host.quantile import quantile
from obs.host.tally import Queue, Reading, Tally
from obs.metrics import catalog


class Window:
    """The readings of the last ``seconds``, so that rates and quantiles are of now, and yet calm enough to read."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._readings: deque[Reading] = deque()

    def add(self, reading: Reading) -> Reading:
        """Take ``reading`` in; returns the one to compare it with: the oldest that is kept."""
        self._readings.append(reading)
        while len(self._readings) > 2 and self._readings[0].at < reading.at - self.seconds:
            self._readings.popleft()
        return self._readings[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One work as a person reads it."""

    work: str
    rate: float
    """Per second."""
    errors: float
    """Of all, 0 to 1."""
    p50: float | None
    """Seconds; None if none ended."""
    p99: float | None
    in_flight: float
    """The mean number being handled at once, by Little's law: the sum of the durations by the time that passed."""
    total: int
    """Since the start."""
    clocks: Mapping[str, float] = field(default_factory=dict)
    """Where its time went: seconds of cpu, held, delay and wait per piece of work; empty if none ended."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """The same clocks in seconds each second: of cpu that is cores."""
    blocks: float = 0.0
    """How often a second it blocked a loop."""
    blocked: float = 0.0
    """Seconds that it blocked loops, each second."""
    kind: str = ""
    """``request`` or ``job``; empty for what is neither, or several works."""
    queued: float | None = None
    """Seconds: 99 of 100 deliveries of a job stood in their queue for less; None if none began, or for no job."""


@dataclass(frozen=True, slots=True)
class Blame:
    """A work that makes others stand in line."""

    culprit: str
    seconds: float
    """That all its victims lose, each second."""
    victims: list[tuple[str, float]]
    """Each with its share of that, 0 to 1; the worst off first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A queue of jobs as a person reads it."""

    system: str
    name: str
    queue: Queue
    growth: float | None
    """Jobs each second by which it grows, negative if it empties; None if its broker could not be read."""

    @property
    def drained(self) -> float | None:
        """Seconds until it is empty if it goes on like this; None if it doesn't empty."""
        if not self.queue.backlog or self.growth is None or self.growth >= 0:
            return None
        return self.queue.backlog / -self.growth


LEAST_BLAME = 0.001
"""Seconds lost a second: below, nobody would notice."""

QUEUE = "(queue)"
NO_WORK = "(no work)"
TOTAL = "total"
IDLE = "(idle)"


@dataclass(frozen=True, slots=True)
class Rates:
    """The rows of a table."""

    works: list[Row]
    """The busiest since the start first."""
    queue: Row | None
    """The waits before the handlers, which are in nobody's duration; None if no proxy says when it sent a request."""
    total: Row
    """Of the works."""
    blame: list[Blame] = field(default_factory=list)
    """The worst culprit first."""
    others: Row | None = None
    """The time of no work: the loop itself, greenlets and threads of nobody, what outlived its work."""
    queues: list[Standing] = field(default_factory=list)
    """Of jobs: what can't be read first, then the longest."""


def everything(_name: str) -> bool:
    return True


def rates(
    start: Reading,
    before: Reading,
    now: Reading,
    bounds: tuple[float, ...],
    keep: Callable[[str], bool] = everything,
) -> Rates:
    """What each work did from ``before`` to ``now``; totals are those since ``start``.

    Works whose name ``keep`` doesn't want are left out, of the total too.
    """
    elapsed = max(now.at - before.at, 1e-9)
    recent, ever = now.since(before), now.since(start)
    seen = [name for name in ever if is_work(name, ever[name]) and keep(name)]
    names = sorted(seen, key=lambda name: (-ever[name].total, name))
    works = [row(name, recent[name], ever[name].total, elapsed, bounds, now.kinds.get(name, "")) for name in names]
    waited = row(QUEUE, now.queue - before.queue, (now.queue - start.queue).total, elapsed, bounds)
    whole = sum((recent[name] for name in names), Tally())
    total = row(TOTAL, whole, sum(ever[name].total for name in names), elapsed, bounds)
    rest = sum((recent[name] for name in recent if name != IDLE and not is_work(name, ever[name])), Tally())
    others = row(NO_WORK, rest, 0, elapsed, bounds) if any(rest.clocks.values()) else None
    blamed, queues = blame(before, now, elapsed), standings(before, now)
    return Rates(works, waited if waited.total else None, total, blamed, others, queues)


def is_work(name: str, tally: Tally) -> bool:
    """Whether ``name`` was done, or has begun to be: time of no work has clocks only, and brackets around its name."""
    return bool(tally.total or tally.open) or (not name.startswith("(") and any(tally.clocks.values()))


def blame(before: Reading, now: Reading, elapsed: float) -> list[Blame]:
    """Who made whom stand in line from ``before`` to ``now``, as far as it matters."""
    lost: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (culprit, victim), seconds in now.blame.items():
        lost[culprit][victim] = seconds - before.blame.get((culprit, victim), 0.0)
    found = []
    for culprit, victims in lost.items():
        whole = sum(victims.values())
        if whole / elapsed >= LEAST_BLAME:
            worst = sorted(victims.items(), key=lambda item: -item[1])
            found.append(Blame(culprit, whole / elapsed, [(name, part / whole) for name, part in worst if part > 0]))
    return sorted(found, key=lambda each: -each.seconds)


def standings(before: Reading, now: Reading) -> list[Standing]:
    """The queues, and how they went from ``before`` to ``now``."""
    elapsed, earlier = max(now.at - before.at, 1e-9), before.jobs.queues
    found = []
    for (system, name), queue in now.jobs.queues.items():
        was = earlier[system, name].backlog if (system, name) in earlier else None
        growth = None if queue.backlog is None or was is None else (queue.backlog - was) / elapsed
        found.append(Standing(system, name, queue, growth))
    return sorted(found, key=lambda each: (each.queue.up, -(each.queue.backlog or 0.0), each.name))


def row(work: str, recent: Tally, total: float, elapsed: float, bounds: tuple[float, ...], kind: str = "") -> Row:
    """The row of a work that did ``recent`` in ``elapsed`` seconds and ``total`` since the start."""
    return Row(
        work,
        rate=recent.total / elapsed,
        errors=recent.errors / recent.total if recent.total else 0.0,
        p50=quantile(0.5, bounds, recent.counts),
        p99=quantile(0.99, bounds, recent.counts),
        in_flight=recent.seconds / elapsed + recent.open,
        total=round(total),
        clocks={name: seconds / recent.total for name, seconds in recent.clocks.items()} if recent.total else {},
        spent={name: seconds / elapsed for name, seconds in recent.clocks.items()},
        blocks=recent.blocks / elapsed,
        blocked=recent.blocked / elapsed,
        kind=kind,
        queued=quantile(0.99, catalog.OBS_JOB_QUEUE_WAIT.buckets, recent.queued),
    )
