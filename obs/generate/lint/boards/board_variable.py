from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.expand import names
from obs.generate.lint.world import World


class BoardVariable(Check):
    """Every variable in a query is the board's, or Grafana's own (``$__…``)."""

    name = "board-variable"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        for name in sorted(names(query.text)):
            if not name.startswith("__") and not name.isdigit() and board.variable(name) is None:
                yield self.problem(query.place, f"asks with ${name}, which the board doesn't have", "add the variable")
