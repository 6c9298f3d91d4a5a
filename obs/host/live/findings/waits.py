"""What works wait for: one slow dependency may be behind several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, Name, work
from obs.host.live.moment import Moment
from obs.host.quantile import quantile
from obs.host.reading import BOUNDS
from obs.host.tally import Tally

MOSTLY = 0.3
"""Of a work's time, from which one wait is its story."""

LONG = 0.02
"""Seconds of it each time, below which nobody would notice."""

FULL = 0.05
"""Seconds of it each time from which all of it counts."""

NAMED = 3


class Waiting(NamedTuple):
    """One work, and how it waits for one thing."""

    name: str
    seconds: float
    """Each second."""
    each: float
    share: float
    p99: float | None


def find(moment: Moment) -> Iterator[Finding]:
    by_thing: defaultdict[str, list[Waiting]] = defaultdict(list)
    for name, done in moment.done.items():
        for on, waiting in waits(name, done, moment.lately):
            by_thing[on].append(waiting)
    for on, found in by_thing.items():
        yield slow(on, sorted(found, key=lambda each: -each.seconds), moment)


def waits(name: str, done: Tally, lately: float) -> Iterator[tuple[str, Waiting]]:
    """What a work waits for that is most of its time. Shares are sampled: they are applied to its clock."""
    known = {on: seconds for on, seconds in done.waits.items() if seconds > 0}
    whole, waited = sum(known.values()), done.clocks.get("wait", 0.0)
    ended = sum(done.counts)
    duration = sum(done.clocks.values()) - done.clocks.get("delay", 0.0)  # that is others' story
    if not whole or not ended or not duration or name.startswith("("):
        return
    for on, seconds in known.items():
        mine = waited * seconds / whole
        if mine / duration >= MOSTLY and mine / ended >= LONG:
            p99 = quantile(0.99, BOUNDS, done.counts)
            yield on, Waiting(name, mine / lately, mine / ended, mine / duration, p99)


JOB = 0.5
"""What counts of a job's waits: nobody waits for its answer."""


def weight(name: str, moment: Moment) -> float:
    return JOB if moment.now.reading.kinds.get(name) == "job" else 1.0


def slow(on: str, found: list[Waiting], moment: Moment) -> Finding:
    worst = found[0]
    several = len(found) > 1
    return Finding(
        "waits",
        sum(each.seconds * min(each.each / FULL, 1.0) * weight(each.name, moment) for each in found),
        (
            *names(found),
            f" {'wait' if several else 'waits'} {words.share(worst.share)} of the time for {on}",
        ),
        f"{worst.name} waits for it {words.seconds(worst.each)} each time, and its p99 is {words.seconds(worst.p99)}. "
        "The loop is free meanwhile: no worker and no CPU more would make it faster.",
        "Make that dependency faster, ask it less often or at the same time, or answer without it after a deadline.",
        (
            Figure("of its own time", worst.share, "ratio"),
            Figure("each time", worst.each, "s"),
            Figure("p99", worst.p99, "s"),
            Figure("waited by all", sum(each.seconds for each in found), "s/s"),
        ),
        tuple(Evidence(f"what {each.name} waits for", "work", each.name) for each in found[:NAMED]),
        words.profile("wait", worst.name, moment.service),
        works=frozenset(each.name for each in found),
        about=on,
    )


def names(found: list[Waiting]) -> Iterator[str | Name]:
    for number, each in enumerate(found[:NAMED]):
        if number:
            yield " and " if number == len(found) - 1 else ", "
        yield work(each.name)
    if len(found) > NAMED:
        yield f" and {len(found) - NAMED} more"
