"""``/api/now``: every work in one row, and how the service does as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.live.views.blocks import identified
from obs.host.quantile import quantile
from obs.host.rates import Row
from obs.metrics import catalog

CLOCKS = ("cpu", "held", "delay", "wait")

COLUMNS = ("work", "rate", "errors", "p50", "p99", "in_flight", *CLOCKS, "blocked", "total", "queued")
"""Of a row: ``work`` is the place in the list of works, the clocks are seconds each second."""

NEWEST = 20
"""Blocks that are named."""


def cells(row: Row) -> list[Any]:
    """A row without its place."""
    clocks = (row.spent.get(name, 0.0) for name in CLOCKS)
    return tidy([row.rate, row.errors, row.p50, row.p99, row.in_flight, *clocks, row.blocked, row.total, row.queued])


def named(row: Row) -> dict[str, Any]:
    """A row's numbers by their names."""
    return dict(zip(COLUMNS[1:], cells(row), strict=True))


def whole(moment: Moment, interval: float) -> dict[str, Any]:
    """Everything of the view but the rows."""
    found, pulse, look = moment.rates, moment.pulse, moment.now
    loop = None if pulse.busy is None else {"busy": pulse.busy, "late_p99": pulse.late}
    return tidy(
        {
            "at": look.when,
            "seconds": moment.seconds,
            "interval": interval,
            "columns": COLUMNS,
            "total": named(found.total),
            "no_work": {name: found.others.spent.get(name, 0.0) for name in CLOCKS} if found.others else None,
            "request_queue": queue(found.queue),
            "loop": loop,
            "cores": pulse.cores,
            "own_cores": pulse.own_cores,
            "memory": pulse.memory,
            "processes": {"alive": pulse.processes, "gone": len(moment.gone)},
            "greenlets": dict(pulse.greenlets),
            "accept_backlog": pulse.backlog,
            "jobs": {"active": look.reading.jobs.active, "slots": look.reading.jobs.slots},
            "process_list": members(moment),
            "blocks": {
                "count": len(moment.blocks),
                "newest": [identified(block)["id"] for block in look.blocks[-NEWEST:][::-1]],
            },
        }
    )


def queue(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {"rate": row.rate, "p50": row.p50, "p99": row.p99}


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
    return {places[row.work]: cells(row) for row in moment.rates.works if row.work in places}
