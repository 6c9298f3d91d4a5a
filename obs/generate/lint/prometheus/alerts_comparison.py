from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import COMPARISONS, bare, children, is_a, is_scalar
from obs.generate.lint.world import World


class AlertsComparison(Check):
    """An alert compares with something: what returns a series always fires always, at 0 too."""

    name = "alerts-comparison"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        if rule.alert and rule.tree is not None and not filtered(rule.tree):
            yield self.problem(rule.place, "fires whatever the value is", "compare it: > 0 at least")


def filtered(node: Node) -> bool:
    """Whether the value decides what comes out."""
    node = bare(node)
    if is_a(node, "BinaryExpr"):
        return filtered_binary(node)
    if is_a(node, "Call") and node.func.name.startswith("absent"):
        return True
    return any(filtered(child) for child in children(node) if not is_a(child, "StringLiteral"))


def filtered_binary(node: Node) -> bool:
    op = str(node.op)
    if op in COMPARISONS and not (node.modifier and node.modifier.return_bool):
        return not (is_scalar(node.lhs) and is_scalar(node.rhs))
    if op == "or":
        return filtered(node.lhs) and filtered(node.rhs)
    return op == "unless" or filtered(node.lhs) or filtered(node.rhs)
