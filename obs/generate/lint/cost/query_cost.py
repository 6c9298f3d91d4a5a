from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.cost.estimate import estimate
from obs.generate.lint.files.board import Board, current
from obs.generate.lint.files.query import Query
from obs.generate.lint.files.rule_file import span
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

CHOSEN = "service"

SINCE = 3 * 3600.0
"""Seconds that a board shows if it doesn't say."""


class QueryCost(Check):
    """No query touches more series, or reads more samples, than [lint] most_series and most_samples.

    Estimated for a large fleet with one service chosen where a board lets one choose: see docs/lint.md.
    """

    name = "query-cost"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        chosen = {
            str(v.get("name")): v.get("name") == CHOSEN or bool(current(v)) or not v.get("includeAll")
            for v in board.variables
        }
        yield from self.judged(query, world, chosen, shows(board))

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        yield from self.judged(rule, world, {}, 0.0)

    def judged(self, query: Query, world: World, chosen: dict[str, bool], shown: float) -> Iterator[Problem]:
        cost, most = estimate(query, world, chosen, shown), world.options
        factor = most.rule_factor if query.rule else 1
        if cost.series > most.most_series * factor or cost.samples > most.most_samples * factor:
            said = f"touches {cost.series:,.0f} series and reads {cost.samples:,.0f} samples"
            yield self.problem(query.place, said, "ask recorded series, or fewer services, or less time")


def shows(board: Board) -> float:
    """Seconds between now and what its time range begins with."""
    since = str((board.values.get("time") or {}).get("from") or "")
    return span(since.removeprefix("now-")) or SINCE
