"""``/api/work``: one work, of the last minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.live.views.blocks import identified
from obs.host.live.views.now import CLOCKS, named
from obs.host.quantile import quantile
from obs.host.reading import BOUNDS
from obs.host.tally import Owner, Tally
from obs.metrics import catalog

MOST = 20
"""Of each list."""


def work(moment: Moment, name: str) -> dict[str, Any] | None:
    """Everything of ``name`` but its findings, slow ones and course; None if there is no such work."""
    ever = moment.now.reading.works.get(name)
    if ever is None:
        return None
    done = moment.done.get(name, Tally())
    owner = moment.now.reading.owners.get(name, Owner())
    row = next((row for row in moment.rates.works if row.work == name), None)
    clocks = {clock: done.clocks.get(clock, 0.0) for clock in CLOCKS}
    told = [identified(block) for block in reversed(moment.now.blocks) if block.work == name]
    return tidy(
        {
            "name": name,
            "kind": moment.now.reading.kinds.get(name, ""),
            "feature": owner.feature,
            "team": owner.team,
            "now": named(row) if row else None,
            "seconds": moment.lately,
            "histogram": histogram(BOUNDS, done.counts),
            "answers": {answer: number for answer, number in done.answers.items() if number > 0},
            "errors": done.errors,
            "done": done.total,
            "total": ever.total,
            "clocks": clocks,
            "waits": waits(done),
            "culprits": ranked({c: lost for (c, victim), lost in moment.blame.items() if victim == name}),
            "victims": ranked({v: lost for (culprit, v), lost in moment.blame.items() if culprit == name}),
            "queue_wait": queued(done.queued),
            "blocks": told[:MOST],
        }
    )


def histogram(bounds: Sequence[float], counts: Sequence[float]) -> dict[str, Any]:
    """Counts per bucket, not cumulative; null is the bound above the last."""
    return {"le": [*bounds, None], "counts": list(counts) or [0.0] * (len(bounds) + 1)}


def queued(counts: Sequence[float]) -> dict[str, Any] | None:
    bounds = catalog.OBS_JOB_QUEUE_WAIT.buckets
    if not sum(counts):
        return None
    return histogram(bounds, counts) | {"p50": quantile(0.5, bounds, counts), "p99": quantile(0.99, bounds, counts)}


def waits(done: Tally) -> list[dict[str, Any]]:
    """What it waited for, the most first: shares are sampled, and the seconds are its clock's by them."""
    positive = {on: seconds for on, seconds in done.waits.items() if seconds > 0}
    whole, waited = sum(positive.values()), done.clocks.get("wait", 0.0)
    most = sorted(positive.items(), key=lambda item: -item[1])[:MOST]
    return [{"on": on, "seconds": waited * part / whole, "share": part / whole} for on, part in most]


def ranked(lost: Mapping[str, float]) -> list[dict[str, Any]]:
    """Works by what they cost or lose, seconds each second."""
    whole = sum(lost.values())
    most = sorted(lost.items(), key=lambda item: -item[1])[:MOST]
    return [{"work": name, "seconds": part, "share": part / whole} for name, part in most]
