from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import SETS, aggregations, bare, binaries, is_a, name_of, selectors
from obs.generate.lint.world import World

PICKING = ("topk", "bottomk", "limitk", "limit_ratio")


class PromqlFragile(Check):
    """Alerts that flap: on topk(), whose series change; without ``for`` on two aggregations of different targets.

    topk(1, …) that is joined by group_left names a culprit and decides nothing: it may stand on the one side.
    """

    name = "promql-fragile"
    level = "warning"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        if not rule.alert:
            return
        for node, path in aggregations(rule.tree):
            if str(node.op) in PICKING and not joined(node, path):
                yield self.problem(rule.place, f"takes other series each time by {node.op}()", "compare with a limit")
        if not rule.rule.get("for") and any(two_sources(node) for node, _ in binaries(rule.tree)):
            said = "compares two aggregations, of which one may not be scraped yet"
            yield self.problem(rule.place, said, "add a for of one scrape or more")


def joined(node: Node, path: tuple[Node, ...]) -> bool:
    """Whether the node is on the side of a join that only gives labels."""
    below = node
    for above in reversed(path):
        if is_a(above, "BinaryExpr") and above.modifier:
            card = str(above.modifier.card)
            giving = above.rhs if card.endswith("ManyToOne") else above.lhs if card.endswith("OneToMany") else None
            if giving is not None and str(giving) == str(below):
                return True
        below = above
    return False


def two_sources(node: Node) -> bool:
    """Whether it is arithmetic between aggregations of series that share no name."""
    if str(node.op) in SETS:
        return False
    sides = [bare(side) for side in (node.lhs, node.rhs)]
    names = [{name_of(found) for found, _ in selectors(side)} for side in sides]
    return all(is_a(side, "AggregateExpr") for side in sides) and not names[0] & names[1]
