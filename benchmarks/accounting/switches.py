"""What each tracer adds to a greenlet switch, in one interleaved run; obs's against a no-op Python tracer's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from benchmarks.accounting.found import Found
from benchmarks.accounting.tracers import NO_OP, NONE, OURS, TRACERS, Tracer
from benchmarks.harness import (
    Budget,
    Child,
    Column,
    Row,
    Spread,
    Table,
    differences,
    interleave,
    progress,
    ratios,
    spread,
)

LIMIT = 3.5
"""Times what a no-op Python tracer adds: DESIGN, part 7."""

SETTINGS: Mapping[str, str] = {
    "none": "outside of any Work",
    "within": "within one Work",
    "between": "between two Works",
    "parked": "between two Works, 5,000 more parked",
    "loop": "between two Works over the loop (sleep(0))",
}

BUDGETED = ("none", "within", "between", "parked")
"""The last setting has iterations of the loop in it, which its watchers pay for and the tracer doesn't."""

COLUMNS = (
    Column("title", "tracer"),
    Column("ns", "ns a switch", 0),
    Column("added_ns", "added", 0),
    Column("added_low_ns", "from", 0),
    Column("added_high_ns", "to", 0),
    Column("of_no_op", "of no-op", 2),
)

Subject = tuple[str, str]
"""A setting and a tracer."""

Rounds = Mapping[Subject, Sequence[float]]
"""ns a switch."""


def run(quick: bool) -> Found:
    rounds, switches = (5, 4_000) if quick else (40, 20_000)
    here = [tracer for tracer in TRACERS if tracer.why_not() is None]
    measured = measure(here, rounds=rounds, switches=switches)
    tables = tuple(table(setting, here, measured) for setting in SETTINGS)
    notes = tuple(why for tracer in TRACERS if (why := tracer.why_not()))
    return Found(tables, budgets(measured), notes)


def measure(tracers: Sequence[Tracer], *, rounds: int, switches: int) -> Rounds:
    """Start every tracer's process and measure each in every setting in each round."""
    with ExitStack() as closing:
        children = {
            tracer.name: closing.enter_context(
                Child("benchmarks.accounting.switching", tracer.name, environ=tracer.environ)
            )
            for tracer in tracers
        }

        def once(subject: Subject) -> float:
            setting, name = subject
            cost: float = children[name].ask(setting=setting, switches=switches)["ns"]
            return cost

        return interleave([(s, name) for s in SETTINGS for name in children], rounds, once, track=progress)


def added(rounds: Rounds, setting: str, name: str) -> Sequence[float]:
    """ns that a tracer adds to a switch, round by round."""
    return differences(rounds[setting, name], rounds[setting, NONE])


def of_no_op(rounds: Rounds, setting: str, name: str) -> Spread:
    """What a tracer adds, as a multiple of what a no-op one adds in the same rounds."""
    return spread(ratios(added(rounds, setting, name), added(rounds, setting, NO_OP)))


def table(setting: str, tracers: Sequence[Tracer], rounds: Rounds) -> Table:
    rows = tuple(_row(setting, tracer, rounds) for tracer in tracers)
    return Table(f"A switch {SETTINGS[setting]}: CPU of the thread", COLUMNS, rows)


def _row(setting: str, tracer: Tracer, rounds: Rounds) -> Row:
    row: dict[str, float | str | None] = {
        "title": tracer.title,
        "tracer": tracer.name,
        "ns": spread(rounds[setting, tracer.name]).median,
    }
    if tracer.name != NONE:
        more = spread(added(rounds, setting, tracer.name))
        row |= {"added_ns": more.median, "added_low_ns": more.low, "added_high_ns": more.high}
        row |= {"of_no_op": of_no_op(rounds, setting, tracer.name).median}
    return row


def budgets(rounds: Rounds) -> tuple[Budget, ...]:
    """In each setting that is nothing but switches."""
    return tuple(
        Budget(
            f"a switch {SETTINGS[setting]}: what obs's accounting adds",
            of_no_op(rounds, setting, OURS).median,
            LIMIT,
            "of a no-op tracer's",
        )
        for setting in BUDGETED
    )
