"""How late obs makes a loop on which 10,000 works wait: what looks at them all must not do so in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from benchmarks.accounting.found import Found
from benchmarks.harness import Budget, Child, Column, Table, differences, interleave, progress, spread
from benchmarks.lateness import Lateness
from benchmarks.stacks.run_folder import run_folder

PARKED = 10_000
LIMIT = 1.0
"""ms: the longest that obs may hold the loop (DESIGN, part 7)."""

BARE, OBS = "bare", "obs"

COLUMNS = (
    Column("title", "process"),
    Column("p50_ms", "lateness p50, ms", 3),
    Column("p99_ms", "p99, ms", 3),
    Column("max_ms", "longest, ms", 2),
)

Rounds = Mapping[str, Sequence[Lateness]]


def run(quick: bool) -> Found:
    rounds, seconds = (2, 1.0) if quick else (12, 2.5)
    measured = measure(rounds, seconds, PARKED)
    rows = tuple(_row(name, each) for name, each in measured.items())
    title = f"How late the loop is while {PARKED:,} works wait: medians of rounds"
    return Found((Table(title, COLUMNS, rows),), budgets(measured))


def measure(rounds: int, seconds: float, parked: int) -> Rounds:
    with ExitStack() as closing:
        environ = closing.enter_context(run_folder())
        children = {
            name: closing.enter_context(Child("benchmarks.accounting.parking", name, environ=environ))
            for name in (BARE, OBS)
        }

        def once(name: str) -> Lateness:
            late = children[name].ask(seconds=seconds, parked=parked)
            return Lateness(late["p50_ms"], late["p99_ms"], late["max_ms"])

        return interleave(list(children), rounds, once, track=progress)


def _row(name: str, rounds: Sequence[Lateness]) -> Mapping[str, float | str]:
    return {
        "title": name,
        "p50_ms": spread(late.p50 for late in rounds).median,
        "p99_ms": spread(late.p99 for late in rounds).median,
        "max_ms": spread(late.longest for late in rounds).median,
    }


def budgets(rounds: Rounds) -> tuple[Budget, ...]:
    """What obs adds, compared round by round."""

    def between(of: Callable[[Lateness], float]) -> float:
        return spread(differences([of(each) for each in rounds[OBS]], [of(each) for each in rounds[BARE]])).median

    return (
        Budget("lateness p99 that obs adds, 10,000 works waiting", between(lambda late: late.p99), 0.5, "ms"),
        Budget("the longest lateness that it adds there", between(lambda late: late.longest), LIMIT, "ms"),
    )
