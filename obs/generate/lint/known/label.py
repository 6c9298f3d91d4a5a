from __future__ import annotations

from collections.abc import Iterator

from obs.config.wrong import did_you_mean
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.walk import name_of, operator, selectors
from obs.generate.lint.world import World


class KnownLabel(QueryCheck):
    """Every matcher is of a label that its series has. Others are named in [lint] labels of obs.lint.toml."""

    name = "known-label"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        for selector, _ in selectors(query.tree):
            had = world.series.get(name_of(selector))
            for matcher in selector.matchers.matchers if had else ():
                if had and matcher.name != "__name__" and not had.may_have(matcher.name):
                    fix = did_you_mean(matcher.name, sorted(had.names), f"it has {', '.join(sorted(had.names))}")
                    said = f"{name_of(selector)} has no label {matcher.name}"
                    yield self.problem(query.place, f"{said} ({matcher.name}{operator(matcher)})", fix)
