from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board, title, uid_of
from obs.generate.lint.files.query import Json
from obs.generate.lint.grafana.kinds import SOURCED
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class PanelDatasource(Check):
    """Each panel asks the datasource variable, so that the board works beside any Prometheus."""

    name = "panel-datasource-rule"

    def panel(self, panel: Json, board: Board, world: World) -> Iterator[Problem]:
        names = [found.get("name") for found in board.of_type("datasource")]
        allowed = [form for name in names for form in (f"${name}", f"${{{name}}}")]
        if panel.get("type") in SOURCED and uid_of(panel) not in allowed:
            yield self.problem(title(panel), f'asks the datasource "{uid_of(panel)}"', "let it ask ${datasource}")
