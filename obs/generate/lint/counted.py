"""Rule: every promise is about work that the service has."""

from __future__ import annotations

from collections.abc import Iterator

from obs.config import Slo
from obs.config.patterns import matches
from obs.generate.lint.matched import owner
from obs.generate.lint.problem import Problem
from obs.generate.lint.subject import Subject
from obs.generate.lint.works import SECTIONS, Kind


def counted(subject: Subject) -> Iterator[Problem]:
    """SLOs that no work seen counts for: a typing error, or what they promised is gone. Their alerts never come.

    Of a kind of work of which nothing was seen nothing is said. A pattern of an SLO's that matches nothing, beside
    others that do, is named by itself.
    """
    for slo in subject.slos:
        kinds = [kind for kind in SECTIONS if subject.promised(slo, kind)]
        if not all(subject.works.named(kind) for kind in kinds):
            continue
        if not any(counts(subject, slo, kind, name) for kind in kinds for name in subject.works.named(kind)):
            yield nothing(subject, slo)
        elif not slo.whole_feature:
            yield from idle(subject, slo, kinds[0])


def counts(subject: Subject, slo: Slo, kind: Kind, name: str) -> bool:
    """Whether work of that name counts for it."""
    if not slo.whole_feature:
        return any(matches(kind, text, name) for text in subject.promised(slo, kind))
    return any(
        pattern.kind == kind
        and pattern.feature.name == slo.feature
        and matches(kind, pattern.text, name)
        and owner(subject, pattern, name) == pattern.feature
        for pattern in subject.patterns()
    )


def nothing(subject: Subject, slo: Slo) -> Problem:
    key = "feature" if slo.whole_feature else "routes" if slo.routes else "jobs"
    return Problem(
        "warning",
        subject.at("slo", slo.name, key),
        f"nothing in {subject.works.source} counts for {slo.name}, so it never alerts",
        "mend what it is about, or take it out if that is gone",
    )


def idle(subject: Subject, slo: Slo, kind: Kind) -> Iterator[Problem]:
    """Its patterns that match nothing."""
    for text in subject.promised(slo, kind):
        if not any(matches(kind, text, name) for name in subject.works.named(kind)):
            yield Problem(
                "warning",
                subject.at("slo", slo.name, SECTIONS[kind]),
                f'"{text}" matches nothing in {subject.works.source}',
                "mend the pattern, or take it out if what it was for is gone",
            )
