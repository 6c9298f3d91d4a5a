from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.files.rule_file import span
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.walk import calls
from obs.generate.lint.world import World


class AlertsAbsent(Check):
    """An alert on absent() waits for two scrapes (``for``): after a restart of Prometheus everything is absent."""

    name = "alerts-absent"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        least = 2 * world.options.scrape_interval
        asks = any(call.func.name.startswith("absent") for call, _ in calls(rule.tree))
        if rule.alert and asks and (span(rule.rule.get("for", "0s")) or 0) < least:
            yield self.problem(rule.place, "fires at once on what is absent", f"set for to {least:g}s or more")
