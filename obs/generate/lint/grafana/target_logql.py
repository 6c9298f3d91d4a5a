from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.grafana.loki import queries, wrong
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class TargetLogql(Check):
    """Each query of Loki selects a stream, and its brackets and quotes close (there is no parser to tell more)."""

    name = "target-logql-rule"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        for where, expr in queries(board):
            problem = wrong(expr)
            if problem:
                yield self.problem(where, problem, "mend the query")
