"""The queues of jobs: how long, how old, how fast they fill and drain, and what became of the deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.host.live.counts import Line, added, less
from obs.host.live.history import History, threes
from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.quantile import quantile
from obs.host.rates import standings
from obs.jobs.outcomes import GOOD
from obs.metrics import catalog


def queues(moment: Moment, backlogs: History) -> list[dict[str, Any]]:
    """One of each that a broker, a sender or a worker tells of; those that can't be read first, then the longest."""
    before, now = moment.long_before, moment.now
    known = {(each.system, each.name): each for each in standings(before.reading, now.reading)}
    lines = [*now.counts.waits, *now.counts.sent, *(line for line, _ in now.counts.done)]
    names = dict.fromkeys([*known, *((now.counts.systems.get(line.queue, ""), line.queue) for line in lines)])
    named = {name for system, name in names if system}
    return [
        one(moment, system, name, known.get((system, name)), backlogs)
        for system, name in names
        if system or name not in named
    ]


def one(moment: Moment, system: str, name: str, standing: Any, backlogs: History) -> dict[str, Any]:
    """A queue."""
    before, now = moment.long_before.counts, moment.now.counts
    jobs = sorted({line.job for line in [*now.waits, *now.sent, *(each for each, _ in now.done)] if line.queue == name})
    waits: tuple[float, ...] = ()
    for line, cells in now.waits.items():
        if line.queue == name:
            waits = added(waits, less(cells, before.waits.get(line, ())))
    bounds = catalog.OBS_JOB_QUEUE_WAIT.buckets
    outcomes = by_outcome(now.done, before.done, name)
    queue = standing.queue if standing else None
    return tidy(
        {
            "system": system,
            "name": name,
            "backlog": queue.backlog if queue else None,
            "oldest": queue.oldest if queue else None,
            "broker_up": queue.up if queue else None,
            "growth": standing.growth if standing else None,
            "drained": standing.drained if standing else None,
            "wait": {"p50": quantile(0.5, bounds, waits), "p99": quantile(0.99, bounds, waits)},
            "sent": since(now.sent, before.sent, name) / moment.lately if now.sent else None,
            "done": sum(outcomes.values()) / moment.lately,
            "failures": sum(n for outcome, n in outcomes.items() if outcome not in GOOD) / moment.lately,
            "retries": since(now.retries, before.retries, name) / moment.lately,
            "lost": since(now.lost, before.lost, name),
            "outcomes": outcomes,
            "active": sum(n for line, n in now.active.items() if line.queue == name),
            "jobs": jobs[:100],
            "course": course(backlogs, f"{system}/{name}"),
        }
    )


def course(backlogs: History, name: str) -> list[float | None]:
    """How many were in it, a point for fifteen seconds, the oldest first."""
    return threes(backlogs.of(name)["backlog"])


def since(now: Mapping[Line, float], before: Mapping[Line, float], name: str) -> float:
    """How much of a queue's lines came after ``before``."""
    return sum(number - before.get(line, 0.0) for line, number in now.items() if line.queue == name)


def by_outcome(
    now: Mapping[tuple[Line, str], float], before: Mapping[tuple[Line, str], float], name: str
) -> dict[str, float]:
    found: dict[str, float] = {}
    for (line, outcome), number in now.items():
        if line.queue == name:
            found[outcome] = found.get(outcome, 0.0) + number - before.get((line, outcome), 0.0)
    return {outcome: number for outcome, number in found.items() if number > 0}
