"""Rule: every pattern matches something that the service has."""

from __future__ import annotations

from collections.abc import Iterator

from obs.config.config import Feature
from obs.config.patterns import matches
from obs.generate.lint.problem import Problem
from obs.generate.lint.shadowed import before
from obs.generate.lint.subject import Pattern, Subject


def matched(subject: Subject) -> Iterator[Problem]:
    """Patterns that match nothing seen, a typing error or a route that is gone, or only what earlier features own.

    One that stands wholly behind another is the rule "shadowed"'s.
    """
    patterns = list(subject.patterns())
    for pattern in patterns:
        names = subject.works.named(pattern.kind)
        fits = [name for name in names if matches(pattern.kind, pattern.text, name)]
        if names and not fits:
            yield nothing(pattern.where, pattern.text, subject)
        elif (
            fits
            and not before(pattern, patterns)
            and not any(owner(subject, pattern, name) == pattern.feature for name in fits)
        ):
            yield taken(pattern, subject, fits[0])
    for text in subject.long_lived:
        if subject.works.requests and not any(matches("request", text, name) for name in subject.works.requests):
            yield nothing(subject.document.table("http").at("long_lived"), text, subject)


def nothing(where: str, text: str, subject: Subject) -> Problem:
    fix = "mend the pattern, or take it out if what it was for is gone"
    return Problem("warning", where, f'"{text}" matches nothing in {subject.works.source}', fix)


def taken(pattern: Pattern, subject: Subject, example: str) -> Problem:
    first = owner(subject, pattern, example)
    earlier = first.name if first else ""
    return Problem(
        "warning",
        pattern.where,
        f'"{pattern.text}" of {pattern.feature.name} never applies: all that it matches, such as {example}, is of '
        f"{earlier}, which comes first",
        f"put [[feature]] {pattern.feature.name} before {earlier}, or take the pattern out",
    )


def owner(subject: Subject, pattern: Pattern, name: str) -> Feature | None:
    """Whose the work is: the first feature's that matches."""
    return next(
        (p.feature for p in subject.patterns() if p.kind == pattern.kind and matches(p.kind, p.text, name)), None
    )
