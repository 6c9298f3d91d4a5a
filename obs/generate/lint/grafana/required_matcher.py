"""What target-job-rule and target-instance-rule share."""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.grafana.kinds import prometheus
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.walk import operator, selectors
from obs.generate.lint.world import World


class RequiredMatcher(Check):
    """Base: each selector has a matcher of that label with its variable."""

    label: str

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        if not prometheus(board):
            return
        wanted = ("=~", f"${self.label}")
        for selector, _ in selectors(query.tree):
            found = [(operator(m), m.value) for m in selector.matchers.matchers if m.name == self.label]
            if wanted not in found:
                fix = f'add {self.label}=~"${self.label}", or exclude this rule with a reason'
                yield self.problem(query.place, f"{selector.name or 'a selector'} has no matcher of ${self.label}", fix)
                return
