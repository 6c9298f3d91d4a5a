from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.files.rule_file import span
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class AlertsFor(Check):
    """``for`` and ``keep_firing_for`` are durations, and not 0, which is what they are without being said."""

    name = "alerts-for"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        for key in ("for", "keep_firing_for"):
            if key in rule.rule:
                length = span(rule.rule[key])
                if length is None:
                    yield self.problem(rule.place, f"{key} is {rule.rule[key]!r}, no duration", "write it as 5m")
                elif length == 0:
                    yield self.problem(rule.place, f"{key} is 0, which it is anyway", "take it out", "warning")
