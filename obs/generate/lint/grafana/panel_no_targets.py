from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board, title
from obs.generate.lint.files.query import Json
from obs.generate.lint.grafana.kinds import DRAWN
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class PanelNoTargets(Check):
    """Each panel that draws asks for something."""

    name = "panel-no-targets-rule"

    def panel(self, panel: Json, board: Board, world: World) -> Iterator[Problem]:
        if panel.get("type") in DRAWN and not panel.get("targets"):
            yield self.problem(title(panel), "asks for nothing", "give it a query, or take it out")
