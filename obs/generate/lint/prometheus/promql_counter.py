from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.known.kinds import kind
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import is_a, name_of, selectors
from obs.generate.lint.world import World

SAFE = ("rate", "irate", "increase", "resets", "changes", "absent", "absent_over_time", "present_over_time")
COUNTING = ("count", "group", "count_values")


class PromqlCounter(Check):
    """A rule takes no counter as it is: its value says how long the process runs, and falls when it ends."""

    name = "promql-counter"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        for selector, path in selectors(rule.tree):
            name = name_of(selector)
            if kind(name) == "counter" and not any(safe(node) for node in path):
                yield self.problem(rule.place, f"takes the counter {name} as it is", "put it into rate() or increase()")


def safe(node: Node) -> bool:
    if is_a(node, "AggregateExpr"):
        return str(node.op) in COUNTING
    return is_a(node, "Call") and node.func.name in SAFE
