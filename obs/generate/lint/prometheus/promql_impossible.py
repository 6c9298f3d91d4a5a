from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.labels import Labels, labels
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import aggregations, binaries, is_scalar
from obs.generate.lint.world import World


class PromqlImpossible(QueryCheck):
    """Nothing is grouped by, joined on or taken over from labels that aren't there any more: it matches nothing."""

    name = "promql-impossible"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        for node, _ in aggregations(query.tree):
            modifier = node.modifier
            if modifier and str(modifier.type).endswith("By"):
                for label in missing(modifier.labels, labels(node.expr, world.series)):
                    said = f"groups {node.op}() by {label}, which what it sums up doesn't have"
                    yield self.problem(query.place, said, "keep the label below, or leave it out")
        for node, _ in binaries(query.tree):
            if not (is_scalar(node.lhs) or is_scalar(node.rhs)):
                for said in joins(node, labels(node.lhs, world.series), labels(node.rhs, world.series)):
                    yield self.problem(query.place, said, "keep the label on both sides, or match without it")


def missing(names: list[str], had: Labels) -> list[str]:
    return [name for name in names if not had.may_have(name)]


def joins(node: Node, left: Labels, right: Labels) -> Iterator[str]:
    """What is wrong with matching the two sides."""
    modifier, op = node.modifier, str(node.op)
    matching = modifier.matching if modifier else None
    if matching is None or not str(matching.type).endswith("Include"):
        ignored = set(matching.labels) if matching else set()
        yield from sides_differ(op, left.minus(*ignored), right.minus(*ignored))
        return
    for label in matching.labels:
        sides = [side for side, had in (("left", left), ("right", right)) if not had.may_have(label)]
        if len(sides) == 1:  # on neither side it is empty on both, and matches
            yield f"matches {op} on {label}, which its {sides[0]} side doesn't have"
    card = str(modifier.card)
    one = right if card.endswith("ManyToOne") else left
    if "To" in card and not card.endswith(("OneToOne", "ManyToMany")):
        for label in missing(modifier.group_labels or [], one):
            yield f"takes {label} over from a side that doesn't have it"


def sides_differ(op: str, left: Labels, right: Labels) -> Iterator[str]:
    """Without on() all labels must be the same: one that only one side can have, and must, is seen only if it is sure.

    Labels of scraped series may be empty, so only an empty set against a full one is certain.
    """
    if op == "or" or not (left.whole and right.whole):
        return
    if bool(left.names) != bool(right.names):
        full, empty = ("left", "right") if left.names else ("right", "left")
        yield f"matches {op} of its {full} side, which has labels, with its {empty} side, which has none"
