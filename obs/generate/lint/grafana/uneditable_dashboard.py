from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class UneditableDashboard(Check):
    """The board is not editable: what is changed in the browser is lost when it is generated again."""

    name = "uneditable-dashboard"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        if board.values.get("editable", True):
            yield self.problem("the board", "is editable", "set editable to false")
