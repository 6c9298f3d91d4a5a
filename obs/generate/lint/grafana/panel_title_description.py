from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board, title
from obs.generate.lint.files.query import Json
from obs.generate.lint.grafana.kinds import DRAWN
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class PanelTitleDescription(Check):
    """Each panel has a title, and a description of what it means and what to do."""

    name = "panel-title-description-rule"

    def panel(self, panel: Json, board: Board, world: World) -> Iterator[Problem]:
        missing = [key for key in ("title", "description") if not panel.get(key)]
        if panel.get("type") in DRAWN and missing:
            yield self.problem(title(panel), f"has no {' and no '.join(missing)}", "say what it means, what to do")
