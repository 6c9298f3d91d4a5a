from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.grafana.loki import queries
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.expand import STRING
from obs.generate.lint.world import World

RANGE = re.compile(r"\[([^\]]+)\]")


class TargetLogqlAuto(Check):
    """Ranges of a query of Loki are ``[$__auto]``."""

    name = "target-logql-auto-rule"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        for where, expr in queries(board):
            if any("__auto" not in found for found in RANGE.findall(STRING.sub('""', expr))):
                yield self.problem(where, "has a fixed range", "use [$__auto]")
