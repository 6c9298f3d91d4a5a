"""Text to tree."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from obs.errors import ObsError

Node = Any
"""A node of promql_parser."""


class Parsed(NamedTuple):
    """A tree, or why there is none."""

    tree: Node | None
    error: str = ""


@lru_cache(maxsize=4096)
def parse(expr: str) -> Parsed:
    """Raises ObsError if the parser is not installed."""
    try:
        import promql_parser
    except ImportError:
        raise ObsError("obs lint: promql-parser is not installed; pip install 'obs[generate]'") from None
    if not expr.strip():
        return Parsed(None, "is empty")
    try:
        return Parsed(promql_parser.parse(expr))
    except ValueError as error:
        return Parsed(None, str(error))
