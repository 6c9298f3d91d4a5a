from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class PromqlSyntax(Check):
    """The expression of each rule is PromQL."""

    name = "promql-syntax"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        if rule.parsed.error:
            yield self.problem(rule.place, f"doesn't parse: {rule.parsed.error}", "mend the expression")
