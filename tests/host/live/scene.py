"""Constructed moments: two looks a minute apart."""

from __future__ import annotations

from typing import Any

from obs.host.live.counts import Counts
from obs.host.live.look import Look
from obs.host.live.members import Member
from obs.host.live.moment import Moment
from obs.host.reading import BOUNDS
from obs.host.tally import Jobs, Queue, Reading, Tally, Vitals
from obs.runtime.blocks.block import Block

SECONDS = 60.0


def tally(
    total: float, each: float, *, errors: float = 0.0, answers: Any = None, waits: Any = None, **clocks: float
) -> Tally:
    """So many pieces of work of ``each`` seconds; ``clocks`` are seconds of all of them."""
    counts = [0.0] * (len(BOUNDS) + 1)
    counts[next((at for at, bound in enumerate(BOUNDS) if each <= bound), len(BOUNDS))] = total
    return Tally(
        tuple(counts), total * each, answers or {"200": total}, errors=errors, clocks=clocks, waits=waits or {}
    )


def member(pid: int, busy: float = 6.0, **more: Any) -> Member:
    """A process whose loop was busy for so many seconds of the minute, and asleep for the rest."""
    return Member(pid, "service", more.pop("since", 0.0), busy=busy, idle=SECONDS - busy, **more)


def moment(
    works: dict[str, Tally] | None = None,
    blame: dict[tuple[str, str], float] | None = None,
    *,
    members: tuple[Member, ...] = (member(1), member(2)),
    before: tuple[Member, ...] = (),
    blocks: tuple[Block, ...] = (),
    queue: Queue | None = None,
    counts: Counts | None = None,
    gone: dict[int, float] | None = None,
) -> Moment:
    """What happened in a minute after nothing had."""
    vitals = Vitals(len(members), busy=sum(m.busy for m in members), idle=sum(m.idle for m in members))
    jobs = Jobs(0, 0, {("huey", "push"): queue} if queue else {})
    empty = Jobs(0, 0, {("huey", "push"): queue._replace(backlog=0.0)} if queue else {})
    start = Look(1_000.0, Reading(100.0, {}, jobs=empty), members=before)
    end = Look(
        1_000.0 + SECONDS,
        Reading(100.0 + SECONDS, works or {}, blame=blame or {}, vitals=vitals, jobs=jobs),
        counts or Counts(),
        members,
        blocks,
    )
    return Moment(end, start, start, start, gone or {}, "shop")
