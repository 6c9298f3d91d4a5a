from __future__ import annotations

import re
from collections.abc import Iterator

from obs.config.wrong import did_you_mean
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.walk import name_of, selectors
from obs.generate.lint.world import World


class KnownMetric(QueryCheck):
    """Every series is in the catalog, made by a rule that is checked too, or Prometheus's own.

    Others are named in [lint] metrics of obs.lint.toml.
    """

    name = "known-metric"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        known = list(world.series)
        for name in sorted({name_of(selector) for selector, _ in selectors(query.tree)}):
            if name not in world.series and not any(re.fullmatch(p, name) for p in world.options.metrics):
                fix = did_you_mean(name, known, "see docs/metrics.md, or check the rules that record it too")
                yield self.problem(query.place, f"asks for {name or 'series of any name'}, which nobody exports", fix)
