"""``/api/slow``: the works whose traces are kept, and one of them with all that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from obs.host.live import own
from obs.host.live.moment import Moment
from obs.host.live.text import tidy
from obs.host.live.traces import Trace, Traces, in_order
from obs.runtime.blocks.block import Block
from obs.tracing.blocked import NAME as BLOCKED

MOST = 50
"""Marks of a waterfall, and stacks."""

NOTHING: Mapping[str, Any] = {"attributes": {}, "events": []}

OFF = "Traces are off (OTEL_TRACES_EXPORTER or OTEL_SDK_DISABLED): nothing slow is kept."


def slow(traces: Traces | None, work: str, trace: str, kind: str, limit: int) -> dict[str, Any]:
    """The list. Without a receiver of spans it is empty, and says so."""
    if traces is None:
        return {"items": [], "said": OFF, "seen": 0, "dropped": 0}
    found = traces.items(work, trace, kind, limit)
    return {"items": tidy(found), "said": None, "seen": traces.seen, "dropped": traces.dropped}


def request(found: Trace, wanted: str, moment: Moment | None) -> dict[str, Any]:
    """One work of a kept trace: its spans with parents first, what happened meanwhile, and the stacks seen.

    Times in it are seconds after the work's start.
    """
    item = found.items.get(wanted) or min(found.items.values(), key=lambda each: each["at"])
    start, end = item["at"], item["at"] + item["seconds"]
    blocks = [block for block in (moment.now.blocks if moment else ()) if touches(block, found, item, start, end)]
    spans = in_order(found.spans)
    mine: Mapping[str, Any] = next(
        (span for span in spans if span["id"] == item["id"]), {"attributes": {}, "events": []}
    )
    return tidy(
        item
        | {
            "pid": mine["attributes"].get("process.pid") or next((block.pid for block in blocks), None),
            "sampled": item["why"] == "sampled",
            "queue": mine["attributes"].get("obs.queue_seconds", 0.0),
            "behind": behind(blocks, item["work"]),
            "spans": [after(span, start) for span in spans],
            "marks": [*marks_of(blocks, start), *marks_in(mine, start)][:MOST],
            "stacks": list(stacks(blocks, mine, start))[:MOST],
            "notes": list(notes(found, spans)),
        }
    )


def touches(block: Block, found: Trace, item: Mapping[str, Any], start: float, end: float) -> bool:
    """Whether a block is of this trace, or made its work wait."""
    if not (block.start < end and block.start + block.duration > start):
        return False
    return block.trace_id == found.id or item["work"] in {victim.work for victim in block.victims}


def behind(blocks: list[Block], work: str) -> list[dict[str, Any]]:
    """Whom it may have stood behind: the blocks of others in its time."""
    lost: dict[str, float] = {}
    for block in blocks:
        if block.work != work:
            lost[block.work] = lost.get(block.work, 0.0) + block.duration
    return [{"name": name, "seconds": seconds} for name, seconds in sorted(lost.items(), key=lambda each: -each[1])]


def after(span: Mapping[str, Any], start: float) -> dict[str, Any]:
    """A span with its time after ``start``."""
    named = {name: span[name] for name in ("id", "parent", "name", "kind", "seconds", "failed", "attributes", "clocks")}
    return named | {"start": span["start"] - start}


def marks_of(blocks: list[Block], start: float) -> Iterator[dict[str, Any]]:
    for block in blocks:
        text = f"{block.work} held the loop{f' at {block.at}' if block.at else ''}"
        yield {"kind": "block", "start": block.start - start, "seconds": block.duration, "text": text}


def marks_in(span: Mapping[str, Any], start: float) -> Iterator[dict[str, Any]]:
    """What the span itself tells of: its own blocks, exceptions, and the pause of collections as a whole."""
    for event in span["events"]:
        seconds = event["attributes"].get("obs.blocked_seconds", 0.0)
        kind = "block" if event["name"] == BLOCKED else "event"
        text = event["attributes"].get("obs.at") or event["attributes"].get("exception.type") or event["name"]
        yield {"kind": kind, "start": event["at"] - start, "seconds": seconds, "text": text}
    if pause := span["attributes"].get("obs.gc_pause_seconds"):
        yield {"kind": "gc", "start": 0.0, "seconds": pause, "text": "garbage collections in it, all together"}


def stacks(blocks: list[Block], span: Mapping[str, Any], start: float) -> Iterator[dict[str, Any]]:
    """Of the blocks in its time, innermost frame first."""
    files = own.known(blocks)
    for block in blocks:
        for stack in block.stacks[:2]:
            at, said = block.start + stack.at - start, f"{block.work} held the loop"
            yield own.stack(at, stack.frames, files, said=said)
    for event in span["events"]:
        if event["name"] == BLOCKED and event["attributes"].get("obs.at"):
            place = event["attributes"]["obs.at"]
            yield own.stack(event["at"] - start, [place], files)


def notes(found: Trace, spans: list[Mapping[str, Any]]) -> Iterator[str]:
    known = {span["id"] for span in spans}
    if found.dropped:
        yield f"{found.dropped} more spans of this trace are not kept"
    if any(span["parent"] is not None and span["parent"] not in known for span in spans):
        yield "the caller's span is not here: another service has it, or it was not sampled"
