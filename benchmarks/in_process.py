"""CPU that each stack adds to a request, called in process: rounds over all stacks, each in its own warm process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

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
    spread,
)
from benchmarks.stacks import Stack
from benchmarks.stacks.run_folder import run_folder

COLUMNS = (
    Column("title", "stack"),
    Column("cpu_us", "CPU µs"),
    Column("added_us", "added"),
    Column("added_low_us", "from"),
    Column("added_high_us", "to"),
    Column("of_obs", "of obs"),
    Column("collections_0", "young GCs", 0),
    Column("collections_2", "full GCs", 0),
)
"""Rows have more: ``stack``, ``wall_added_us`` and ``collections_1``."""

TITLE = "In process: CPU a request, compared with bare in each round; garbage collections per 100,000 requests"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one round of one stack cost; times in µs a request, collections by generation for the round."""

    cpu: float
    wall: float
    collections: tuple[int, ...]


Rounds = Mapping[str, Sequence[Cost]]
"""Each stack's costs, by its name: as many as there were rounds."""


LIFE = 8
"""Rounds, after which every stack starts anew: where a process's objects and hashes happen to lie makes it some percent
faster or slower for all its life, which is more than what is to be told apart."""


WARM = 2
"""Rounds of each life that are thrown away, besides the first."""


def measure(stacks: Sequence[Stack], *, rounds: int, requests: int) -> Rounds:
    """Make ``requests`` requests of each stack in each round."""
    measured: dict[str, list[Cost]] = {stack.name: [] for stack in stacks}
    for first in range(0, rounds, LIFE):
        for name, costs in _life(stacks, min(LIFE, rounds - first), requests).items():
            measured[name] += costs
    return measured


def _life(stacks: Sequence[Stack], rounds: int, requests: int) -> Rounds:
    """Start every stack, and end it after so many rounds."""
    with ExitStack() as closing:
        children = {stack.name: closing.enter_context(_child(stack, closing)) for stack in stacks}

        def once(name: str) -> Cost:
            cost = children[name].ask(requests=requests)
            per = 1000 * requests
            return Cost(cost["cpu_ns"] / per, cost["wall_ns"] / per, tuple(cost["collections"]))

        measured = interleave(list(children), WARM + rounds, once, track=progress)
        return {name: costs[WARM:] for name, costs in measured.items()}


def _child(stack: Stack, closing: ExitStack) -> Child:
    environ = closing.enter_context(child_environ(stack))
    return Child("benchmarks.stacks.process", stack.name, environ=environ)


@contextmanager
def child_environ(stack: Stack) -> Iterator[Mapping[str, str]]:
    """What is set for a stack's process, and a run folder behind it where ``obs run`` would make one."""
    if stack.under_obs_run:
        with run_folder() as folder:
            yield {**stack.environ, **folder}
    else:
        yield stack.environ


def added(rounds: Rounds, name: str) -> Spread:
    """CPU that ``name`` adds to a bare request, in µs, compared round by round."""
    return spread(differences([cost.cpu for cost in rounds[name]], [cost.cpu for cost in rounds["bare"]]))


def collected(rounds: Rounds, name: str, requests: int, generation: int | None = None) -> float:
    """Garbage collections (of one generation, or all) per 100,000 requests, over all the rounds."""
    per_round = [sum(cost.collections) if generation is None else cost.collections[generation] for cost in rounds[name]]
    return sum(per_round) / (len(per_round) * requests) * 100_000


def table(stacks: Sequence[Stack], rounds: Rounds, requests: int) -> Table:
    ours = added(rounds, "obs-0").median if "obs-0" in rounds else None
    rows = tuple(_row(stack, rounds, requests, ours) for stack in stacks)
    return Table(TITLE, COLUMNS, rows)


def _row(stack: Stack, rounds: Rounds, requests: int, ours: float | None) -> Row:
    costs, bare = rounds[stack.name], rounds["bare"]
    more = added(rounds, stack.name)
    row: dict[str, float | str | None] = {
        "stack": stack.name,
        "title": stack.title,
        "cpu_us": spread(cost.cpu for cost in costs).median,
        "collections_0": collected(rounds, stack.name, requests, 0),
        "collections_1": collected(rounds, stack.name, requests, 1),
        "collections_2": collected(rounds, stack.name, requests, 2),
    }
    if stack.name != "bare":
        wall = spread(differences([cost.wall for cost in costs], [cost.wall for cost in bare]))
        row |= {"added_us": more.median, "added_low_us": more.low, "added_high_us": more.high}
        row |= {"wall_added_us": wall.median, "of_obs": more.median / ours if ours else None}
    return row


@dataclass(frozen=True, slots=True)
class Limit:
    """``ours`` may add at most ``share`` of what ``peer`` adds."""

    ours: str
    peer: str
    share: float
    says: str


LIMITS = (
    Limit("obs-0", "otel-0", 1 / 20, "unsampled obs adds at most 1/20 of OTel Flask at ratio 0 with metrics"),
    Limit("obs-1", "otel-1", 1 / 20, "obs at 1% adds at most 1/20 of OTel Flask at 1% with metrics"),
    Limit("obs-0", "hand", 1.0, "unsampled obs adds no more than prometheus_client by hand"),
    Limit("obs-100", "otel-100-traces", 1.0, "sampled obs adds no more than OTel Flask, tracing only"),
    Limit("obs-100", "otel-100", 1.0, "sampled obs adds no more than OTel Flask with metrics"),
)


def budgets(rounds: Rounds, requests: int) -> tuple[Budget, ...]:
    """Every budget whose both sides were measured."""
    costs = tuple(
        Budget(limit.says, added(rounds, limit.ours).median, added(rounds, limit.peer).median * limit.share, "µs")
        for limit in LIMITS
        if limit.ours in rounds and limit.peer in rounds
    )
    return costs + _garbage(rounds, requests)


def _garbage(rounds: Rounds, requests: int) -> tuple[Budget, ...]:
    """Only of the stacks that a service runs with: a span of each request is garbage by itself."""
    bare = collected(rounds, "bare", requests)
    return tuple(
        Budget(f"{name}: garbage collections", collected(rounds, name, requests) / bare, 1.1, "of bare's")
        for name in ("obs-0", "obs-1")
        if name in rounds and bare
    )
