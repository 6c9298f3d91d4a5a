from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.grafana.kinds import asking, prometheus
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.expand import RATE_INTERVAL
from obs.generate.lint.promql.walk import calls, is_a
from obs.generate.lint.world import World


class TargetRateInterval(Check):
    """rate() and irate() of a panel look over ``$__rate_interval``: a fixed range is too short, or hides peaks."""

    name = "target-rate-interval-rule"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        if not (prometheus(board) and asking(query.panel)):
            return
        for call, _ in calls(query.tree):
            ranges = [arg.range.total_seconds() for arg in call.args if is_a(arg, "MatrixSelector")]
            if call.func.name in ("rate", "irate") and any(length != RATE_INTERVAL for length in ranges):
                yield self.problem(query.place, f"{call.func.name}() has a fixed range", "use [$__rate_interval]")
