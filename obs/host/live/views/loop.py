"""``/api/loop``: how busy and how late each process's loop is, and the record of blocks."""

from __future__ import annotations

from typing import Any

from obs.host.live.counts import less
from obs.host.live.findings import words
from obs.host.live.history import History
from obs.host.live.members import Member
from obs.host.live.moment import Moment
from obs.host.live.own import known
from obs.host.live.text import tidy
from obs.host.live.views.blocks import identified
from obs.host.live.views.now import late_counts, member
from obs.host.live.views.work import histogram
from obs.host.quantile import quantile
from obs.metrics import catalog

MOST_BLOCKS = 100
ALL_BLOCKS = 500
"""Of an incident file, which can't be asked for those of one work."""

NO_LOOP = "no loop of gevent in it: it only forks, or runs threads"


def loop(moment: Moment, busy: History, work: str = "", most: int = MOST_BLOCKS) -> dict[str, Any]:
    """The view, the processes by pid and the newest block first: those of ``work``, if one is named."""
    look = moment.now
    whole = late_counts(look.reading.vitals.late, moment.long_before.reading.vitals.late)
    files = known(look.blocks)
    found = [block for block in look.blocks if work in ("", block.work)]
    shown = found[-most:][::-1]
    return tidy(
        {
            "at": look.when,
            "processes": [process(moment, each, busy) for each in look.members]
            + [gone(pid, when, busy) for pid, when in moment.gone.items()],
            "late": histogram(catalog.LOOP_DELAY_BUCKETS, whole),
            "late_of": words.lately(moment.lately),
            "gc": collecting(moment),
            "blocks": [identified(block, files) for block in shown],
            "blocks_of": f"the last {len(shown)} of {len(found)}",
        }
    )


def process(moment: Moment, each: Member, busy: History) -> dict[str, Any]:
    """One that lives. ``up``: seconds since it was started."""
    was = moment.earlier(each)
    counts = late_counts(each.late, was.late if was else ())
    return {
        **member(moment, each),
        "name": f"obs's own {each.pid}" if each.kind == "host" else f"process {each.pid}",
        "kind": each.kind,
        "course": busy.of(str(each.pid))["busy"],
        "late_p50": quantile(0.5, catalog.LOOP_DELAY_BUCKETS, counts),
        "up": max(moment.now.when - each.since, 0.0),
        "gone": False,
        "note": "" if each.watched or each.kind == "host" else NO_LOOP,
    }


def gone(pid: int, when: float, busy: History) -> dict[str, Any]:
    """One that has ended."""
    blank = dict.fromkeys(("busy", "late_p50", "late_p99", "cores", "memory", "greenlets", "up"))
    course = busy.of(str(pid))["busy"]
    return {
        **blank,
        "pid": pid,
        "name": f"process {pid}",
        "kind": "service",
        "course": course,
        "gone": True,
        "gone_at": when,
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
