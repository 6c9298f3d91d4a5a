from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.walk import is_a, name_of, selectors
from obs.generate.lint.world import World

SAFE = ("rate", "irate", "increase")


class TargetCounterAgg(Check):
    """A counter (``…_total``) of a panel stands in rate(), irate() or increase(): its own value means nothing."""

    name = "target-counter-agg-rule"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        for selector, path in selectors(query.tree):
            safe = len(path) > 1 and is_a(path[-1], "MatrixSelector") and is_a(path[-2], "Call")
            if name_of(selector).endswith("_total") and not (safe and path[-2].func.name in SAFE):
                yield self.problem(query.place, f"{name_of(selector)} is taken as it is", "put it into rate()")
