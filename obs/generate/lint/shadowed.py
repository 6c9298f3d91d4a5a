"""Rule: no pattern stands behind one that takes everything away from it."""

from __future__ import annotations

from collections.abc import Iterator

from obs.config.patterns import covers
from obs.generate.lint.problem import Problem
from obs.generate.lint.subject import Pattern, Subject


def shadowed(subject: Subject) -> Iterator[Problem]:
    """Patterns that can own nothing, since the first feature that matches owns a work. All of a feature's: an error."""
    patterns = list(subject.patterns())
    behind = {pattern: first for pattern in patterns if (first := before(pattern, patterns))}
    dead = {feature for feature in subject.features if all(p in behind for p in patterns if p.feature == feature)}
    for pattern, first in behind.items():
        yield Problem(
            "error" if pattern.feature in dead else "warning",
            pattern.where,
            f'"{pattern.text}" of {pattern.feature.name} never applies: "{first.text}" of {first.feature.name} comes '
            "first and matches all that it would",
            f"put [[feature]] {pattern.feature.name} before {first.feature.name}, or make the first pattern narrower",
        )


def before(pattern: Pattern, patterns: list[Pattern]) -> Pattern | None:
    """The first pattern of an earlier feature that covers ``pattern``."""
    for other in patterns:
        if other.feature == pattern.feature:
            return None
        if other.kind == pattern.kind and covers(pattern.kind, other.text, pattern.text):
            return other
    return None
