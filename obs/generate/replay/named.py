"""The series that an expression names."""

from __future__ import annotations

from collections.abc import Collection

import promql_parser

from obs.generate.replay.inline import USE


def records(expr: str, known: Collection[str]) -> set[str]:
    """The recorded ones of ``known``."""
    return {use["name"] for use in USE.finditer(expr)} & set(known)


def metrics(expr: str) -> set[str]:
    """All of them."""
    return selected(promql_parser.parse(expr))


def selected(node: object) -> set[str]:
    if isinstance(node, promql_parser.MatrixSelector):
        return selected(node.vector_selector)
    if isinstance(node, promql_parser.VectorSelector):
        return {node.name} if node.name else set()
    parts = [getattr(node, part, None) for part in ("expr", "lhs", "rhs", "param")]
    children = [part for part in parts if part is not None] + list(getattr(node, "args", None) or ())
    return {name for child in children for name in selected(child)}
