from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.walk import aggregations, selectors
from obs.generate.lint.world import World

PICKING = ("topk", "bottomk", "limitk")


class TargetTopk(Check):
    """topk() of a panel over time picks once, ``x and topk(10, x @ end())``: else each step shows other series.

    https://github.com/prometheus/prometheus/issues/586
    """

    name = "target-topk"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        if query.target.get("instant"):
            return
        for node, _ in aggregations(query.tree):
            if str(node.op) in PICKING and any(selector.at is None for selector, _ in selectors(node.expr)):
                fix = "write x and topk(10, x @ end()), or ask at one instant"
                yield self.problem(query.place, f"shows other series at each step by {node.op}()", fix)
