"""``/api/work``: one work, of the last minutes or the last quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from obs.host.live.findings import words
from obs.host.live.moment import Moment
from obs.host.live.own import known
from obs.host.live.text import tidy
from obs.host.live.views.blocks import identified
from obs.host.live.views.now import CLOCKS, named
from obs.host.quantile import quantile
from obs.host.reading import BOUNDS
from obs.host.table import duration
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
    told = [block for block in reversed(moment.now.blocks) if block.work == name]
    return tidy(
        {
            "name": name,
            "kind": moment.now.reading.kinds.get(name, ""),
            "feature": owner.feature,
            "team": owner.team,
            "now": named(row) if row else None,
            "seconds": moment.lately,
            "histogram": histogram(BOUNDS, done.counts),
            "histogram_of": words.lately(moment.lately),
            "p50": quantile(0.5, BOUNDS, done.counts),
            "p99": quantile(0.99, BOUNDS, done.counts),
            "answers": [[answer, number, f"{number:,.0f}"] for answer, number in most(done.answers)],
            "total": ever.total,
            "clocks": [done.clocks.get(clock, 0.0) for clock in CLOCKS],
            "waits": waits(done),
            "culprits": ranked({c: lost for (c, victim), lost in moment.blame.items() if victim == name}),
            "victims": ranked({v: lost for (culprit, v), lost in moment.blame.items() if culprit == name}),
            "queue_wait": histogram(catalog.OBS_JOB_QUEUE_WAIT.buckets, done.queued) if sum(done.queued) else None,
            "blocks": [identified(block, known(told)) for block in told[:MOST]],
        }
    )


def histogram(bounds: Sequence[float], counts: Sequence[float]) -> list[list[float | None]]:
    """``[upper bound, count]`` of each bucket, not cumulative; null is the bound above the last."""
    numbers = counts or (0.0,) * (len(bounds) + 1)
    return [[bound, count] for bound, count in zip([*bounds, None], numbers, strict=True)]


def most(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """The greatest, those above 0."""
    return sorted(((name, part) for name, part in parts.items() if part > 0), key=lambda item: -item[1])[:MOST]


def waits(done: Tally) -> list[list[Any]]:
    """``[what for, seconds, of each]``. Shares are sampled, and the seconds are the wait clock's by them."""
    whole, waited = sum(part for _, part in most(done.waits)), done.clocks.get("wait", 0.0)
    found = [(on, waited * part / whole) for on, part in most(done.waits)]
    return [[on, part, f"{duration(part / done.total)} of each" if done.total else ""] for on, part in found]


def ranked(lost: Mapping[str, float]) -> list[list[Any]]:
    """``[work, seconds each second, the same in words]``."""
    return [[name, part, f"{duration(part)} each second"] for name, part in most(lost)]
