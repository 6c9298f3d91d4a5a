"""``/api/slow`` and ``/api/trace``: the works whose traces are kept, and one of them with all that is known."""

from __future__ import annotations

from typing import Any

from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.live.traces import Trace, Traces, in_order
from obs.host.live.views.blocks import identified

MOST_BLOCKS = 20


def slow(traces: Traces | None, work: str, trace: str, kind: str, limit: int) -> dict[str, Any]:
    """The list. Without a receiver of spans it is empty, and says so."""
    if traces is None:
        return {"items": [], "seen": 0, "dropped": 0, "on": False}
    found = traces.items(work, trace, kind, limit)
    return {"items": tidy(found), "seen": traces.seen, "dropped": traces.dropped, "on": True}


def trace(found: Trace, moment: Moment | None) -> dict[str, Any]:
    """The waterfall: spans with parents first, and the blocks of the loop that fall into its time."""
    spans = in_order(list(found.spans))
    known = {span["id"] for span in spans}
    items = sorted(found.items.values(), key=lambda item: item["at"])
    start = min((span["start"] for span in spans), default=0.0)
    end = max((span["start"] + span["seconds"] for span in spans), default=0.0)
    works = {item["work"] for item in items}
    blocks = [
        block
        for block in (moment.now.blocks if moment else ())
        if block.start < end
        and block.start + block.duration > start
        and (block.trace_id == found.id or works & {victim.work for victim in block.victims})
    ]
    return {
        "id": items[0]["id"] if items else found.id,
        "trace": found.id,
        "items": tidy(items),
        "start": start,
        "seconds": end - start,
        "spans": list(spans),
        "dropped": found.dropped,
        "complete": all(span["parent"] is None or span["parent"] in known for span in spans) and not found.dropped,
        "blocks": [identified(block) for block in blocks[:MOST_BLOCKS]],
    }
