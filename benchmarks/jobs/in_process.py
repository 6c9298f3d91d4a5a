"""CPU that each stack adds to a job, sent and worked on in one process: rounds over all stacks, each in its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from benchmarks.harness import Budget, Child, Column, Row, Spread, Table, differences, interleave, progress, spread
from benchmarks.jobs.stacks import STACKS, Stack
from benchmarks.stacks.run_folder import run_folder

TITLE = "In process: CPU a job, over an in-memory broker, compared with bare in each round"

COLUMNS = (
    Column("title", "stack"),
    Column("send_us", "send µs"),
    Column("send_added_us", "added"),
    Column("work_us", "work µs"),
    Column("work_added_us", "added"),
    Column("work_low_us", "from"),
    Column("work_high_us", "to"),
    Column("own_us", "own code"),
)

LIMIT = 10.0
"""µs that obs's own code may take for an unsampled job (DESIGN, part 7).

What it adds where a task is worked on is more: the caches that it needs, and Celery's work on two headers more.
"""


class Cost(NamedTuple):
    """What one round of one stack cost: µs of CPU a job."""

    send: float
    work: float
    own: float


Rounds = Mapping[str, Sequence[Cost]]
"""Each stack's costs, one for each round."""


def measure(*, rounds: int, jobs: int) -> Rounds:
    """Start every stack; send ``jobs`` jobs of each in each round, and work on them."""
    with ExitStack() as closing:
        children = {stack.name: closing.enter_context(_child(stack, closing)) for stack in STACKS}

        def once(name: str) -> Cost:
            took = children[name].ask(jobs=jobs)
            return Cost(*(took[what] / 1000 / jobs for what in ("send_ns", "work_ns", "own_ns")))

        return interleave(list(children), rounds, once, track=progress)


def _child(stack: Stack, closing: ExitStack) -> Child:
    return Child("benchmarks.jobs.process", stack.name, environ=closing.enter_context(_environ(stack)))


@contextmanager
def _environ(stack: Stack) -> Iterator[Mapping[str, str]]:
    if stack.under_obs_run:
        with run_folder() as folder:
            yield {**stack.environ, **folder}
    else:
        yield stack.environ


def sends(rounds: Rounds, name: str) -> list[float]:
    return [cost.send for cost in rounds[name]]


def works(rounds: Rounds, name: str) -> list[float]:
    return [cost.work for cost in rounds[name]]


def own(rounds: Rounds, name: str) -> float:
    """µs of obs's own code for a delivery; 0 where it is off."""
    return spread(cost.own for cost in rounds[name]).median


def added(rounds: Rounds, name: str, of: Callable[[Rounds, str], list[float]]) -> Spread:
    """CPU that ``name`` adds to a bare job's send or work, in µs, compared round by round."""
    return spread(differences(of(rounds, name), of(rounds, "bare")))


def table(rounds: Rounds) -> Table:
    return Table(TITLE, COLUMNS, tuple(_row(stack, rounds) for stack in STACKS))


def _row(stack: Stack, rounds: Rounds) -> Row:
    row: dict[str, float | str | None] = {
        "stack": stack.name,
        "title": stack.title,
        "send_us": spread(sends(rounds, stack.name)).median,
        "work_us": spread(works(rounds, stack.name)).median,
    }
    if stack.name != "bare":
        more = added(rounds, stack.name, works)
        row |= {"work_added_us": more.median, "work_low_us": more.low, "work_high_us": more.high}
        row["send_added_us"] = added(rounds, stack.name, sends).median
        row["own_us"] = own(rounds, stack.name) or None
    return row


def budgets(rounds: Rounds) -> tuple[Budget, ...]:
    """A job's own, and no more than OpenTelemetry's Celery instrumentation at the same ratio."""
    return (
        Budget("obs's own code for an unsampled job", own(rounds, "obs-0"), LIMIT, "µs"),
        *(_against_otel(rounds, ratio) for ratio in ("0", "1", "100")),
    )


def _against_otel(rounds: Rounds, ratio: str) -> Budget:
    ours, peer = (
        added(rounds, name, sends).median + added(rounds, name, works).median
        for name in (f"obs-{ratio}", f"otel-{ratio}")
    )
    return Budget(f"obs at {ratio}% adds no more to a job and its send than OTel Celery", ours, peer, "µs")
