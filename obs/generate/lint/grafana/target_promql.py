from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board, title
from obs.generate.lint.files.query import Json, Query
from obs.generate.lint.grafana.kinds import asking, prometheus
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class TargetPromql(Check):
    """Each query of a panel is PromQL that parses; one that is another panel's names one that is there."""

    name = "target-promql-rule"

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        if prometheus(board) and query.parsed.error:
            yield self.problem(query.place, f"doesn't parse: {query.parsed.error}", "mend the query")

    def panel(self, panel: Json, board: Board, world: World) -> Iterator[Problem]:
        if not (prometheus(board) and asking(panel)):
            return
        ids = {other.get("id") for other in board.panels}
        for target in panel.get("targets") or ():
            where = f"{title(panel)}, query {target.get('refId', 'A')}"
            if target.get("panelId") and target["panelId"] not in ids:
                yield self.problem(where, f"takes panel {target['panelId']}, which isn't there", "name another")
            elif not target.get("expr") and not target.get("panelId"):
                yield self.problem(where, "is empty", "write a query, or take it out")
