"""``/api/loop``: how busy and how late each process's loop is, and the record of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from obs.host.live.counts import less
from obs.host.live.history import History
from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.live.views.blocks import identified
from obs.host.live.views.now import late_counts, member
from obs.host.quantile import quantile
from obs.metrics import catalog

MOST_BLOCKS = 100


def loop(moment: Moment, busy: History) -> dict[str, Any]:
    """The view, the processes by pid and the newest block first."""
    look = moment.now
    gone = [{"pid": pid, "gone": when} for pid, when in moment.gone.items()]
    whole = late_counts(look.reading.vitals.late, moment.before.reading.vitals.late)
    return tidy(
        {
            "at": look.when,
            "busy": moment.pulse.busy,
            "late": late(whole) if whole else None,
            "processes": [process(moment, each, busy) for each in look.members] + gone,
            "gc": collecting(moment),
            "blocks": [identified(block) for block in look.blocks[-MOST_BLOCKS:][::-1]],
            "blocks_kept": len(look.blocks),
        }
    )


def process(moment: Moment, each: Any, busy: History) -> dict[str, Any]:
    was = moment.earlier(each)
    found = busy.of(str(each.pid))
    counts = late_counts(each.late, was.late if was else ())
    return {
        **member(moment, each),
        "kind": each.kind,
        "gone": None,
        "late": late(counts) if counts else None,
        "greenlets": dict(each.greenlets),
        "history": {"t0": found["t0"], "step": found["step"], "busy": found["fields"]["busy"]},
    }


def late(counts: Sequence[float]) -> dict[str, Any]:
    bounds = catalog.LOOP_DELAY_BUCKETS
    return {
        "p50": quantile(0.5, bounds, counts),
        "p99": quantile(0.99, bounds, counts),
        "le": [*bounds, None],
        "counts": list(counts),
    }


def collecting(moment: Moment) -> dict[str, Any]:
    """Garbage collections of the last minutes."""
    now, before = moment.now.counts, moment.long_before.counts
    pauses = less(now.pauses, before.pauses)
    bounds = [*catalog.PAUSE_BUCKETS, catalog.PAUSE_BUCKETS[-1]]
    reached = [bound for bound, number in zip(bounds, pauses, strict=False) if number > 0]
    return {
        "pauses_per_s": sum(pauses) / moment.lately,
        "seconds_per_s": (now.collecting - before.collecting) / moment.lately,
        "longest": max(reached, default=None),
    }
