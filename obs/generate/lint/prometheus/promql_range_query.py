from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.walk import is_a, walk
from obs.generate.lint.world import World


class PromqlRangeQuery(QueryCheck):
    """No range or offset reaches further back than Prometheus keeps samples."""

    name = "promql-range-query"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        kept = world.options.retention
        for node, _ in walk(query.tree):
            if is_a(node, "MatrixSelector") or is_a(node, "SubqueryExpr"):
                length = node.range.total_seconds()
                if length > kept:
                    said = f"looks over {length / 86_400:g} days, and {kept / 86_400:g} are kept"
                    yield self.problem(query.place, said, "look over less, or say in [lint] retention what is kept")
