"""Which labels the result of an expression can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import bare, children, is_a, is_scalar, name_of, operator

PICKING = ("topk", "bottomk", "limitk", "limit_ratio")
"""Aggregations that give series of their input, with all labels."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of labels."""

    names: frozenset[str] = frozenset()
    whole: bool = True
    """Whether it can have no other."""

    def may_have(self, name: str) -> bool:
        return name in self.names or not self.whole

    def __or__(self, other: Labels) -> Labels:
        return Labels(self.names | other.names, self.whole and other.whole)

    def plus(self, *names: str) -> Labels:
        return Labels(self.names | set(names), self.whole)

    def minus(self, *names: str) -> Labels:
        return Labels(self.names - set(names), self.whole)


ANY = Labels(whole=False)
Series = Mapping[str, Labels]


def labels(node: Node, series: Series) -> Labels:
    """Of the result of ``node``, where the series that are known have those labels."""
    node = bare(node)
    if is_a(node, "VectorSelector"):
        return series.get(name_of(node), ANY)
    if is_a(node, "AggregateExpr"):
        return aggregated(node, labels(node.expr, series))
    if is_a(node, "BinaryExpr"):
        return combined(node, series)
    if is_a(node, "Call"):
        return called(node, series)
    below = children(node)
    return labels(below[0], series) if below else Labels()


def aggregated(node: Node, below: Labels) -> Labels:
    op = str(node.op)
    if op in PICKING:
        return below
    extra = (node.param.val,) if op == "count_values" else ()
    if node.modifier is None:
        return Labels().plus(*extra)
    if str(node.modifier.type).endswith("Without"):
        return below.minus(*node.modifier.labels).plus(*extra)
    return Labels(frozenset(name for name in node.modifier.labels if below.may_have(name))).plus(*extra)


def called(node: Node, series: Series) -> Labels:
    name = node.func.name
    if name in ("absent", "absent_over_time"):
        return Labels(frozenset(equal_matchers(node.args[0])))
    if is_scalar(node) or name in ("vector", "time"):
        return Labels()
    vectors = [arg for arg in node.args if not is_a(arg, "StringLiteral") and not is_scalar(arg)]
    below = labels(vectors[0], series) if vectors else Labels()
    if name in ("label_replace", "label_join"):
        return below.plus(node.args[1].val)
    return below.minus("le") if name == "histogram_quantile" else below


def equal_matchers(node: Node) -> set[str]:
    """What absent() can tell of what isn't there."""
    node = bare(node)
    selector = node.vector_selector if is_a(node, "MatrixSelector") else node
    if not is_a(selector, "VectorSelector"):
        return set()
    return {m.name for m in selector.matchers.matchers if operator(m) == "=" and m.name != "__name__"}


def combined(node: Node, series: Series) -> Labels:
    """Of a binary operation: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching"""
    if is_scalar(node.lhs) or is_scalar(node.rhs):
        return labels(node.rhs if is_scalar(node.lhs) else node.lhs, series)
    left, right, op = labels(node.lhs, series), labels(node.rhs, series), str(node.op)
    if op in ("and", "unless"):
        return left
    if op == "or":
        return left | right
    return matched(node.modifier, left, right)


def matched(modifier: Node, left: Labels, right: Labels) -> Labels:
    card = str(modifier.card) if modifier else "OneToOne"
    extra = (modifier.group_labels or ()) if modifier else ()
    if card.endswith("ManyToOne"):
        return left.plus(*extra)
    if card.endswith("OneToMany"):
        return right.plus(*extra)
    matching = modifier.matching if modifier else None
    if matching is None:
        return left
    if str(matching.type).endswith("Include"):
        return Labels(frozenset(matching.labels))
    return left.minus(*matching.labels)
