from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.walk import name_of, selectors
from obs.generate.lint.world import World


class TargetExemplar(Check):
    """A query that wants exemplars asks raw series: what a rule records has none."""

    name = "target-exemplar"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        if query.target.get("exemplar"):
            for name in sorted({name_of(s) for s, _ in selectors(query.tree)}):
                if ":" in name:
                    yield self.problem(query.place, f"wants exemplars of {name}, a record", "ask the _bucket series")
