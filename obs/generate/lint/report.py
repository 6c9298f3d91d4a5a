"""The findings as text for a terminal and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from obs.generate.lint.rules import Finding
from obs.generate.lint.subject import Subject

MOST = 20
"""Findings of one rule that the text shows; more say the same."""


def lines(findings: Sequence[Finding], subject: Subject, width: int) -> Iterator[str]:
    """Each finding with what to do, and the sum."""
    seen: Counter[str] = Counter()
    for rule, problem in findings:
        seen[rule] += 1
        if seen[rule] <= MOST:
            yield from wrapped(f"{problem.level:8}", f"{problem.where}: {problem.problem}", width)
            yield from wrapped(" " * 8 + "do: ", problem.fix, width)
    for rule, count in seen.items():
        if count > MOST:
            yield f'        {count - MOST} more of the rule "{rule}"; --json has all'
    if findings:
        yield ""
    yield f"{total(findings)}; {looked_at(subject)}"


def wrapped(head: str, text: str, width: int) -> list[str]:
    """``text`` behind ``head``, indented below it; a long word is not broken, so that it can be copied."""
    return textwrap.wrap(
        text,
        max(40, width),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def total(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 warning``, or ``all is well``."""
    counts = Counter(finding.problem.level for finding in findings)
    said = [counted(counts[level], level) for level in ("error", "warning") if counts[level]]
    return ", ".join(said) or "all is well"


def looked_at(subject: Subject) -> str:
    """Which works the description was held against."""
    works = subject.works
    if not works.source:
        return "no service runs here and no --app was given, so its routes and jobs are not known"
    return f"{counted(len(works.requests), 'request')} and {counted(len(works.jobs), 'job')} known from {works.source}"


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def as_json(findings: Sequence[Finding], subject: Subject) -> dict[str, Any]:
    """``{"file", "works": {"source", "requests", "jobs"}, "problems": […]}``.

    A problem is ``{"rule", "level", "where", "problem", "fix"}``.
    """
    return {
        "file": subject.document.file,
        "works": subject.works._asdict(),
        "problems": [{"rule": rule, **problem._asdict()} for rule, problem in findings],
    }
