"""A file of Prometheus rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from obs.errors import ObsError
from obs.generate.lint.files.query import Json, Query
from obs.generate.lint.promql.parse import parse
from obs.generate.rules.duration import seconds

INTERVAL = 60.0
"""Seconds, of a group that doesn't say it: Prometheus's own default."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """Its groups as they stand there."""

    file: str
    groups: tuple[Json, ...]

    def queries(self) -> Iterator[Query]:
        """The expression of each rule."""
        for group in self.groups:
            for rule in group.get("rules") or ():
                expr = str(rule.get("expr", ""))
                yield Query(self.file, named(rule), expr, parse(expr), length(group), rule=rule)


def named(rule: Json) -> str:
    return str(rule.get("alert") or rule.get("record") or "a rule without a name")


def length(group: Json) -> float:
    return span(group.get("interval")) or INTERVAL


def span(text: Any) -> float | None:
    """Seconds of a duration; None for what is none."""
    try:
        return seconds(str(text))
    except ObsError:
        return None
