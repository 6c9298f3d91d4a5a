from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World
from obs.generate.queries.target import query_of


class TemplateDatasource(Check):
    """The board has a datasource variable, called ``datasource`` (of several: ``prometheus_datasource``)."""

    name = "template-datasource-rule"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        found = board.of_type("datasource")
        if not found:
            yield self.problem("variables", "has no datasource variable", "add one that is called datasource")
        for variable in found:
            kind = query_of(variable).lower()
            alone = len(found) == 1
            names = [f"{kind}_datasource", *(["datasource"] if alone else [])]
            if variable.get("name") not in names:
                yield self.problem(f"${variable.get('name')}", "is a datasource variable", f"call it {names[-1]}")
            titles = [f"{kind.title()} data source", *(["Data source"] if alone else [])]
            if variable.get("label") not in titles:
                said = f'is labelled "{variable.get("label") or ""}"'
                yield self.problem(f"${variable.get('name')}", said, f'label it "{titles[-1]}"', "warning")
