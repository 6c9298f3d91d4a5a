"""``/api/now``: every work in one row, and how the service does as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.quantile import quantile
from obs.host.rates import NO_WORK, QUEUE, Row
from obs.host.tally import Tally
from obs.jobs.outcomes import RETRIED
from obs.metrics import catalog

CLOCKS = ("cpu", "held", "delay", "wait")

COLUMNS = (
    "index", "rate", "errors", "p50", "p99", "queued", "queued_p50", "in_flight", "total", "blocked", "retries",
    "clocks", "spent",
)  # fmt: skip
"""Of a row: ``index`` is the place in the list of works; ``clocks`` are cpu, held, delay and wait in seconds of each
piece, ``spent`` the same in seconds each second."""

QUEUED = catalog.OBS_JOB_QUEUE_WAIT.buckets


def cells(row: Row, done: Tally | None = None, seconds: float = 1.0) -> list[Any]:
    """A row without its place; ``done`` is what the work did lately, in so many ``seconds``."""
    again = None if done is None or row.kind != "job" else done.answers.get(RETRIED, 0.0) / seconds
    half = quantile(0.5, QUEUED, done.queued) if done is not None else None
    clocks = [row.clocks.get(name, 0.0) for name in CLOCKS] if row.clocks else None
    spent = [row.spent.get(name, 0.0) for name in CLOCKS]
    numbers = [row.rate, row.errors, row.p50, row.p99, row.queued, half, row.in_flight, row.total, row.blocked]
    return tidy([*numbers, again, clocks, spent])


def named(row: Row) -> dict[str, Any]:
    """A row's numbers by their names."""
    return dict(zip(COLUMNS[1:], cells(row), strict=True))


def whole(moment: Moment, interval: float) -> dict[str, Any]:
    """Everything of the view but the rows."""
    found, pulse, look = moment.rates, moment.pulse, moment.now
    return tidy(
        {
            "at": look.when,
            "seconds": moment.seconds,
            "interval": interval,
            "total": named(found.total),
            "foot": [
                named(row) | {"name": row.work, "means": MEANS[row.work]} for row in (found.queue, found.others) if row
            ],
            "loop": {"busy": pulse.busy, "late_p99": pulse.late},
            "cores": pulse.cores,
            "own_cores": pulse.own_cores,
            "memory": pulse.memory,
            "processes": {"alive": pulse.processes, "gone": len(moment.gone)},
            "greenlets": dict(pulse.greenlets),
            "accept_backlog": pulse.backlog,
            "jobs": {"active": look.reading.jobs.active, "slots": look.reading.jobs.slots},
        }
    )


MEANS = {
    QUEUE: "in line before the handler, in nobody's duration",
    NO_WORK: "the loop itself, greenlets and threads of no work, what outlived its work",
}


def members(moment: Moment) -> list[dict[str, Any]]:
    """The living processes of the service."""
    return [member(moment, each) for each in moment.now.members if each.kind == "service"]


def member(moment: Moment, each: Any) -> dict[str, Any]:
    """One process, by its name in the API."""
    was = moment.earlier(each)
    elapsed = moment.seconds if was else max(moment.now.when - each.since, 1e-3)
    ran, slept = each.busy - (was.busy if was else 0.0), each.idle - (was.idle if was else 0.0)
    used = None if each.cpu is None else each.cpu - (was.cpu or 0.0 if was else 0.0)
    late = late_counts(each.late, was.late if was else ())
    return {
        "pid": each.pid,
        "busy": ran / (ran + slept) if ran + slept > 0 else (0.0 if each.watched else None),
        "late_p99": quantile(0.99, catalog.LOOP_DELAY_BUCKETS, late),
        "cores": None if used is None else max(used, 0.0) / elapsed,
        "memory": each.memory,
        "since": each.since,
        "version": each.version,
        "greenlets": sum(each.greenlets.values()) if each.greenlets else None,
    }


def late_counts(now: Sequence[float], before: Sequence[float]) -> list[float]:
    return [max(a - b, 0.0) for a, b in zip(now, before or (0.0,) * len(now), strict=True)]


def rows(moment: Moment, places: Mapping[str, int]) -> dict[int, list[Any]]:
    """Every row, by its place in the list of works."""
    done, seconds = moment.done, moment.lately
    return {
        places[row.work]: cells(row, done.get(row.work), seconds) for row in moment.rates.works if row.work in places
    }
