from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

ON_TIME_CHANGE = 2


class TemplateOnTimeChangeReload(Check):
    """Query variables are asked again when the time range changes."""

    name = "template-on-time-change-reload-rule"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        for variable in board.of_type("query"):
            if variable.get("refresh") != ON_TIME_CHANGE:
                said = "keeps the values of another time range"
                yield self.problem(f"${variable.get('name')}", said, f"set refresh to {ON_TIME_CHANGE}")
