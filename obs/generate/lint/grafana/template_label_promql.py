from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.grafana.kinds import prometheus
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.expand import expanded
from obs.generate.lint.promql.parse import parse
from obs.generate.lint.world import World
from obs.generate.queries.target import query_of

CALL = re.compile(r"\s*([a-z_]+)\((.*)\)\s*", re.DOTALL)
FUNCTIONS = ("label_names", "label_values", "metrics", "query_result")


class TemplateLabelPromql(Check):
    """Each query variable is one of Grafana's functions, with PromQL that parses."""

    name = "template-label-promql-rule"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        for variable in board.of_type("query") if prometheus(board) else ():
            problem = wrong(query_of(variable))
            if problem:
                yield self.problem(f"${variable.get('name')}", problem, "write label_values(SELECTOR, LABEL)")


def wrong(query: str) -> str:
    """What is wrong with a variable's query; empty for nothing."""
    call = CALL.fullmatch(query)
    if not call:
        return f'asks "{query}", which is no function of Grafana'
    if call[1] not in FUNCTIONS:
        return f"calls {call[1]}(), which Grafana doesn't have"
    expr = selector(call[1], call[2])
    error = parse(expanded(expr, {})).error if expr else ""
    return f"asks what doesn't parse: {error}" if error else ""


def selector(function: str, arguments: str) -> str:
    """The PromQL in the arguments: all of it, but for label_values what comes before the label; empty for none."""
    if function == "query_result":
        return arguments
    if function != "label_values":
        return ""
    return arguments.rpartition(",")[0]
