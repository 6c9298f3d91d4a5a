"""One query of a board or a rule, parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from obs.generate.lint.promql.parse import Node, Parsed

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL with where it stands."""

    file: str
    place: str
    """Within the file, for people: ``Requests by route, query B``."""
    text: str
    parsed: Parsed
    interval: float = 0.0
    """Seconds between two evaluations, of a rule."""
    target: Json = field(default_factory=dict)
    """A board's own."""
    panel: Json = field(default_factory=dict)
    rule: Json = field(default_factory=dict)

    @property
    def tree(self) -> Node | None:
        return self.parsed.tree

    @property
    def alert(self) -> bool:
        return "alert" in self.rule
