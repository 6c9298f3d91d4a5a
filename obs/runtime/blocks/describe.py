"""From what was seen of a block to its record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from time import perf_counter_ns, time_ns
from typing import Any, NamedTuple

from obs.runtime.accounting.entries import LOOP
from obs.runtime.blocks import calls, shots
from obs.runtime.blocks.block import Block, Stack
from obs.runtime.blocks.calls import NONE, Call
from obs.runtime.blocks.shots import Shot
from obs.work import Work, parse_traceparent

IDLE = 0.1
"""A block that uses less of a CPU than this waits in one call, also if nobody knows the call."""


class Segment(NamedTuple):
    """Who held a loop without a break; times are ``perf_counter_ns``."""

    work: Work | str | None
    start_ns: int
    end_ns: int
    cpu_ns: int | None
    """Of its thread; None: not known."""


def describe(segment: Segment, seen: Sequence[Shot], *, ended: bool = True) -> Block:
    """The block of a segment, with the stacks that were taken while it lasted."""
    duration = (segment.end_ns - segment.start_ns) / 1e9
    cpu = None if segment.cpu_ns is None else min(segment.cpu_ns / 1e9, duration)
    stacks = [(shot, shots.service(shot.places)) for shot in seen]
    first = next((places for _, places in stacks if places), ())
    own = shots.own(place.frame for place in first)
    call = blocking_call([places for _, places in stacks if places], cpu is not None and cpu < IDLE * duration)
    return Block(
        start=(time_ns() - (perf_counter_ns() - segment.start_ns)) / 1e9,
        start_ns=segment.start_ns,
        duration=duration,
        ended=ended,
        cpu=cpu,
        call=call.name,
        doing=call.kind,
        at=where(own, first),
        own=own,
        stacks=tuple(
            Stack(round((shot.at - segment.start_ns) / 1e9, 4), shots.frames(places)) for shot, places in stacks
        ),
        **names(segment.work),
    )


def where(own: Sequence[str], places: Sequence[shots.Place]) -> str:
    """Where a person looks first: the innermost frame of the service's own code, else the innermost."""
    return next(iter(own), shots.text(*places[0].frame) if places else "")


def names(work: Work | str | None) -> dict[str, Any]:
    """Whose it is. Ids are read, never made: the loop may be making them at this moment."""
    if not isinstance(work, Work):
        return {"work": work or LOOP}
    trace_id, span_id = work.trace_id, work.span_id
    if not trace_id and work.traceparent:
        trace_id, span_id = parse_traceparent(work.traceparent)[0], 0
    return {
        "work": work.name,
        "kind": work.kind,
        "feature": work.feature,
        "team": work.team,
        "trace_id": f"{trace_id:032x}" if trace_id else "",
        "span_id": f"{span_id:016x}" if span_id else "",
    }


def blocking_call(stacks: Sequence[tuple[shots.Place, ...]], idle: bool) -> Call:  # noqa: FBT001
    """The call that most of the stacks are in, if it is of a known kind; of any kind, if the block is ``idle``.

    Python's own loops are interrupted at calls of no matter, so an unknown one says nothing of a block that computes.
    """
    if not stacks:
        return NONE
    found = Counter(calls.at(places[0]) for places in stacks)
    call, count = found.most_common(1)[0]
    return call if 2 * count >= len(stacks) and (call.kind or idle) else NONE
