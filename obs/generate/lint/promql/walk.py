"""Every node of a tree, with those above it."""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.promql.parse import Node

BELOW = ("vector_selector", "lhs", "rhs", "expr")
"""Where a node holds others, beside a call's ``args``."""

Path = tuple[Node, ...]


def children(node: Node) -> list[Node]:
    found = [child for name in BELOW if (child := getattr(node, name, None)) is not None]
    return found + list(getattr(node, "args", ()))


def walk(node: Node, above: Path = ()) -> Iterator[tuple[Node, Path]]:
    """Each node and the path to it from the root, the nearest last."""
    yield node, above
    for child in children(node):
        yield from walk(child, (*above, node))


def is_a(node: Node, kind: str) -> bool:
    """Whether it is a ``VectorSelector``, ``Call`` …"""
    return type(node).__name__ == kind


def bare(node: Node) -> Node:
    """Without parentheses."""
    while is_a(node, "ParenExpr"):
        node = node.expr
    return node


def selectors(tree: Node | None) -> Iterator[tuple[Node, Path]]:
    """Each selector of series."""
    if tree is not None:
        yield from ((node, path) for node, path in walk(tree) if is_a(node, "VectorSelector"))


def calls(tree: Node | None) -> Iterator[tuple[Node, Path]]:
    if tree is not None:
        yield from ((node, path) for node, path in walk(tree) if is_a(node, "Call"))


def binaries(tree: Node | None) -> Iterator[tuple[Node, Path]]:
    if tree is not None:
        yield from ((node, path) for node, path in walk(tree) if is_a(node, "BinaryExpr"))


def aggregations(tree: Node | None) -> Iterator[tuple[Node, Path]]:
    if tree is not None:
        yield from ((node, path) for node, path in walk(tree) if is_a(node, "AggregateExpr"))


def name_of(selector: Node) -> str:
    """The metric, also where it stands as ``{__name__="…"}``; empty if it can be any."""
    if selector.name:
        return str(selector.name)
    named = (m.value for m in selector.matchers.matchers if m.name == "__name__" and operator(m) == "=")
    return next(named, "")


def operator(matcher: Node) -> str:
    """``=``, ``!=``, ``=~`` or ``!~``."""
    return {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}[str(matcher.op).rpartition(".")[2]]


def is_scalar(node: Node) -> bool:
    """Whether it is one number and no vector."""
    node = bare(node)
    if is_a(node, "Call"):
        return str(node.func.return_type).endswith("Scalar")
    if is_a(node, "BinaryExpr"):
        return is_scalar(node.lhs) and is_scalar(node.rhs)
    return is_a(node, "NumberLiteral") or (is_a(node, "UnaryExpr") and is_scalar(node.expr))


SETS = ("and", "or", "unless")
COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")
