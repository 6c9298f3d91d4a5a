from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import COMPARISONS, aggregations, bare, is_a, is_scalar, walk
from obs.generate.lint.world import World

ADDING = ("sum", "avg", "stddev", "stdvar", "min", "max", "quantile")


class PromqlNan(QueryCheck):
    """No division by what may be 0 is summed up: one NaN makes the whole sum NaN."""

    name = "promql-nan"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        for node, _ in aggregations(query.tree):
            if str(node.op) in ADDING:
                for below in unguarded(node.expr):
                    said = f"{node.op}() of a division by what may be 0: {str(bare(below.rhs))[:60]}"
                    yield self.problem(query.place, said, "divide by (… > 0), or sum up before dividing")


def unguarded(node: Node) -> Iterator[Node]:
    for below, above in walk(node):
        division = is_a(below, "BinaryExpr") and str(below.op) in ("/", "%") and not is_scalar(below.rhs)
        if division and not never_zero(below.rhs) and not any(compared(node) for node in above):
            yield below


def compared(node: Node) -> bool:
    """A comparison above keeps NaN out."""
    filters = not (getattr(node, "modifier", None) and getattr(node.modifier, "return_bool", False))
    return is_a(node, "BinaryExpr") and str(node.op) in COMPARISONS and filters


def never_zero(node: Node) -> bool:
    node = bare(node)
    if is_a(node, "Call"):
        return node.func.name in ("clamp_min", "clamp", "exp", "time", "timestamp")
    if is_a(node, "AggregateExpr"):
        return str(node.op) in ("count", "group") or never_zero(node.expr)
    return (
        is_a(node, "BinaryExpr") and str(node.op) in (">", "!=") and not (node.modifier and node.modifier.return_bool)
    )
