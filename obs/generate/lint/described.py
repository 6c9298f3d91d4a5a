"""Rule: there is a description, and everything in it can be used."""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.problem import Problem
from obs.generate.lint.subject import Subject


def described(subject: Subject) -> Iterator[Problem]:
    """What would keep obs out of the service: wrong values, unknown keys, SLOs of features that there are not."""
    for error in subject.errors:
        yield Problem("error", error.where, error.problem, error.fix)
    if not subject.document.file and not subject.errors:
        fix = "write an obs.toml (docs/ownership.md), or name one in OBS_CONFIG"
        yield Problem("error", "this folder", "has no obs.toml, and no [tool.obs] in a pyproject.toml", fix)
    elif not subject.features and not subject.errors:
        fix = 'add a [[feature]] with a name, a team, and routes = ["/path*"] or jobs = ["name.*"]'
        yield Problem("warning", subject.document.file, "names no feature, so nobody owns anything", fix)
