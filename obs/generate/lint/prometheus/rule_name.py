from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

RECORD = re.compile(r"[a-z_][a-z0-9_]*:[a-zA-Z_][a-zA-Z0-9_]*:[a-z0-9_]+")
ALERT = re.compile(r"[A-Z][A-Za-z0-9]*")


class RuleName(Check):
    """A record is called ``level:metric:operations``, an alert ``InCamelCase``.

    https://prometheus.io/docs/practices/rules/
    """

    name = "rule-name"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        record, alert = rule.rule.get("record"), rule.rule.get("alert")
        if record is not None and not RECORD.fullmatch(str(record)):
            yield self.problem(rule.place, "is not called level:metric:operations", "rename it: work:requests:rate5m")
        if alert is not None and not ALERT.fullmatch(str(alert)):
            yield self.problem(rule.place, "is not in CamelCase", "rename it: ObsLoopBlocked")
