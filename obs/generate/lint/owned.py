"""Rule: every route and job has an owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from obs.config.patterns import matches
from obs.generate.lint.problem import Problem
from obs.generate.lint.subject import Subject
from obs.generate.lint.works import SECTIONS, Kind


def owned(subject: Subject) -> Iterator[Problem]:
    """What no feature matches: a route once for all its methods. Nothing if there is no feature: that is said once."""
    if not subject.features:
        return
    for kind, key in SECTIONS.items():
        for name, text in unowned(subject, kind).items():
            fix = f'add {key} = ["{text}"] to the [[feature]] that it belongs to, or a wider pattern'
            yield Problem("warning", name, "has no owner", fix)


def unowned(subject: Subject, kind: Kind) -> dict[str, str]:
    """What to call each unowned route or job, and the pattern that would match it."""
    patterns = [pattern.text for pattern in subject.patterns() if pattern.kind == kind]
    names = [name for name in subject.works.named(kind) if not any(matches(kind, text, name) for text in patterns)]
    if kind == "job":
        return {name: name for name in names}
    methods: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        method, _, route = name.partition(" ")
        methods[route].append(method)
    return {f"{', '.join(found)} {route}": route for route, found in methods.items()}
