"""Of a run's metrics, what a reading of its works leaves out: queues by job, garbage, versions, and what was lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from obs.host.reading import Series
from obs.metrics import catalog


class Line(NamedTuple):
    """The jobs of one name in one queue."""

    queue: str
    job: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Since the start of the run, but for ``active``."""

    done: Mapping[tuple[Line, str], float] = field(default_factory=dict)
    """Deliveries, by outcome too."""
    systems: Mapping[str, str] = field(default_factory=dict)
    """The messaging system of each queue."""
    sent: Mapping[Line, float] = field(default_factory=dict)
    retries: Mapping[Line, float] = field(default_factory=dict)
    lost: Mapping[Line, float] = field(default_factory=dict)
    active: Mapping[Line, float] = field(default_factory=dict)
    waits: Mapping[Line, tuple[float, ...]] = field(default_factory=dict)
    """Counts per bucket of obs_job_queue_wait_seconds."""
    pauses: tuple[float, ...] = ()
    """Garbage collections, per bucket of python_gc_pause_seconds."""
    collecting: float = 0.0
    """Seconds of them."""
    missing: Mapping[str, float] = field(default_factory=dict)
    """What obs could not record or keep, by the name of its metric."""
    estimated: float = 0.0
    """Seconds of delay whose beginning is not known."""


MISSING = {
    metric.name
    for metric in (
        catalog.OBS_SELF_DROPPED_SPANS,
        catalog.OBS_SELF_DROPPED_BLOCKS,
        catalog.OBS_SELF_OVERFLOWED,
        catalog.OBS_SELF_TORN,
        catalog.OBS_SELF_TRACER_LOST,
        catalog.OBS_SELF_ERRORS,
    )
}


def counts(series: Iterable[Series]) -> Counts:
    """What ``series`` say of it; the rest of them is passed over."""
    by_line: dict[str, defaultdict[Line, float]] = {name: defaultdict(float) for name in LINES.values()}
    done: defaultdict[tuple[Line, str], float] = defaultdict(float)
    missing: defaultdict[str, float] = defaultdict(float)
    systems: dict[str, str] = {}
    waits: dict[Line, tuple[float, ...]] = {}
    pauses: tuple[float, ...] = ()
    collecting = estimated = 0.0
    for metric, labels, cells in series:
        if metric in LINES:
            by_line[LINES[metric]][Line(*labels[-2:])] += cells[0]
        elif metric == catalog.MESSAGING_PROCESS_DURATION.name:
            system, queue, job, outcome = labels
            systems[queue] = system
            done[Line(queue, job), outcome] += sum(cells[:-1])
        elif metric == catalog.OBS_JOB_QUEUE_WAIT.name:
            waits[Line(*labels)] = tuple(cells[:-1])
        elif metric == catalog.PYTHON_GC_PAUSE.name:
            pauses = added(pauses, cells[:-1])
            collecting += cells[-1]
        elif metric == catalog.OBS_DELAY_ESTIMATED.name:
            estimated += cells[0]
        elif metric in MISSING:
            missing[metric] += cells[0]
    return Counts(done, systems, **by_line, waits=waits, pauses=pauses, collecting=collecting, missing=missing,
                  estimated=estimated)  # fmt: skip


LINES = {
    catalog.MESSAGING_SENT.name: "sent",
    catalog.OBS_JOB_RETRIES.name: "retries",
    catalog.OBS_JOBS_LOST.name: "lost",
    catalog.OBS_JOBS_ACTIVE.name: "active",
}
"""Metrics of one number, whose last two labels are queue and job."""


def added(mine: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """Bucket by bucket; empty is none."""
    if not mine or not other:
        return tuple(mine or other)
    return tuple(a + b for a, b in zip(mine, other, strict=True))


def less(now: Sequence[float], before: Sequence[float]) -> tuple[float, ...]:
    """What came after ``before``."""
    return tuple(max(a - b, 0.0) for a, b in zip(now, before, strict=True)) if before else tuple(now)
