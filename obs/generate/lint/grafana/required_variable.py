"""What template-job-rule and template-instance-rule share."""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board, uid_of
from obs.generate.lint.grafana.kinds import prometheus
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

SOURCES = ("$datasource", "${datasource}", "$prometheus_datasource", "${prometheus_datasource}")


class RequiredVariable(Check):
    """Base: the board has that variable, as a multi-select of a query with ``.+`` for all."""

    variable: str

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        if not prometheus(board):
            return
        found = board.variable(self.variable)
        if found is None:
            yield self.problem("variables", f"has no ${self.variable}", "add it, or exclude this rule with a reason")
            return
        where = f"${self.variable}"
        if uid_of(found) not in SOURCES:
            yield self.problem(where, f'asks "{uid_of(found)}"', "let it ask ${datasource}")
        if found.get("type") != "query":
            yield self.problem(where, f"is of type {found.get('type')}", "make it a query")
        if found.get("label") != self.variable.title():
            said = f'is labelled "{found.get("label")}"'
            yield self.problem(where, said, f'label it "{self.variable.title()}"', "warning")
        if not found.get("multi"):
            yield self.problem(where, "takes one value only", "make it a multi-select")
        if found.get("allValue") != ".+":
            yield self.problem(where, f'has "{found.get("allValue")}" for All', 'set allValue to ".+"')
