"""What each work has done, counted from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import add, sub
from typing import NamedTuple


class Owner(NamedTuple):
    """Whose a work is; empty for nobody's."""

    feature: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one work has done since the service started, or between two such looks."""

    counts: tuple[float, ...] = ()
    """Per bucket of duration, not cumulative, the one above the last bound included; empty for none."""
    seconds: float = 0.0
    """The sum of the durations."""
    answers: Mapping[str, float] = field(default_factory=dict)
    """How often, by HTTP status or outcome of the job. Long-lived requests are under their protocol."""
    errors: float = 0.0
    """How many of them were the service's fault: 5xx, an exception that escaped, a failed job. 4xx are not."""
    open: float = 0.0
    """Long-lived requests that are open now: they have no duration yet."""
    clocks: Mapping[str, float] = field(default_factory=dict)
    """Where its time went: seconds of cpu, held, delay and wait; empty where nobody accounts."""
    waits: Mapping[str, float] = field(default_factory=dict)
    """Seconds that it waited, by what for. Sampled: take the shares, over minutes."""
    blocks: float = 0.0
    """How often it held the loop for longer than OBS_BLOCK."""
    blocked: float = 0.0
    """Seconds that those blocks lasted."""
    queued: tuple[float, ...] = ()
    """Of a job: how long its deliveries stood in a queue, as counts per bucket of obs_job_queue_wait_seconds."""

    @property
    def total(self) -> float:
        return sum(self.answers.values())

    def __add__(self, other: Tally) -> Tally:
        return self._combined(other, 1.0, self.open + other.open)

    def since(self, earlier: Tally | None) -> Tally:
        """What came after ``earlier``; all of it after None."""
        if earlier is None:
            return self
        return self - earlier if earlier is not self else Tally(open=self.open)

    def __sub__(self, earlier: Tally) -> Tally:
        return self._combined(earlier, -1.0, self.open)

    def _combined(self, other: Tally, sign: float, still_open: float) -> Tally:
        return Tally(
            _buckets(self.counts, other.counts, sign),
            self.seconds + sign * other.seconds,
            _each(self.answers, other.answers, sign),
            self.errors + sign * other.errors,
            still_open,
            _each(self.clocks, other.clocks, sign),
            _each(self.waits, other.waits, sign),
            self.blocks + sign * other.blocks,
            self.blocked + sign * other.blocked,
            _buckets(self.queued, other.queued, sign),
        )


# Hot in a look at 1,700 works: most tallies that are added lack what the other has, and need no new values.
def _buckets(mine: tuple[float, ...], other: tuple[float, ...], sign: float) -> tuple[float, ...]:
    if not other:
        return mine
    return tuple(map(add if sign > 0 else sub, mine or (0.0,) * len(other), other))


def _each(mine: Mapping[str, float], other: Mapping[str, float], sign: float) -> Mapping[str, float]:
    if not other or (not mine and sign > 0):
        return mine or other
    return {name: mine.get(name, 0.0) + sign * other.get(name, 0.0) for name in {**mine, **other}}


class Queue(NamedTuple):
    """A queue of jobs, as the host process saw it at its broker."""

    backlog: float | None = None
    """Jobs that stand in it; None if the broker could not be read."""
    oldest: float | None = None
    """Seconds that the first of them has stood there; None if that is not known."""
    up: bool = True
    """Whether the broker could be read."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of a run, beside what each of them does."""

    active: float = 0.0
    """That workers have begun and not ended."""
    slots: float = 0.0
    """How many those could run at the same time; 0 where no worker has told."""
    queues: Mapping[tuple[str, str], Queue] = field(default_factory=dict)
    """By system and name."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the service's processes do, all together: counters since the start, and what is there now."""

    processes: float = 0.0
    cpu: float = 0.0
    """Seconds that the kernel counted for them."""
    own_cpu: float = 0.0
    """Seconds of CPU that obs used: in those processes, and in its host process."""
    memory: float = 0.0
    """Resident bytes."""
    busy: float = 0.0
    """Seconds in which the loops ran something."""
    idle: float = 0.0
    """Seconds in which they slept."""
    late: tuple[float, ...] = ()
    """How late the loops come to what is ready: a count for each of ``LOOP_DELAY_BUCKETS``; empty without loops."""
    greenlets: Mapping[str, float] = field(default_factory=dict)
    """Alive, by state: running, ready, waiting."""
    backlog: float = 0.0
    """Connections that no process has accepted yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Every work's tally at one moment."""

    at: float
    """Seconds of a clock that never goes back."""
    works: Mapping[str, Tally]
    active: float = 0.0
    """Requests that are being handled."""
    queue: Tally = field(default_factory=Tally)
    """The waits of requests before they were taken up."""
    blame: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Seconds that a culprit made its victims stand in line, by ``(culprit, victim)``."""
    owners: Mapping[str, Owner] = field(default_factory=dict)
    """By work; those whose processes are gone are not in it."""
    vitals: Vitals = field(default_factory=Vitals)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """``request`` or ``job``, by work."""
    jobs: Jobs = field(default_factory=Jobs)

    def since(self, earlier: Reading) -> dict[str, Tally]:
        """What each work did after ``earlier``. A tally that both share did nothing."""
        before = earlier.works
        return {name: tally.since(before.get(name)) for name, tally in self.works.items()}
