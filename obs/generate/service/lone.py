"""The one service that is generated for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from obs.config.load import resolve
from obs.config.patterns import matches
from obs.errors import ObsError
from obs.generate.lint.rules import Finding, examine
from obs.generate.lint.subject import Subject
from obs.generate.lint.works import Works


@dataclass(frozen=True, slots=True)
class Lone:
    """A service by its description."""

    name: str
    team: str
    """Who is told where an alert can't say whose the matter is: its own team, else that of most of its works;
    empty for nobody."""
    teams: tuple[str, ...]
    """All that own it or something of it, or promise something."""
    warnings: tuple[Finding, ...]
    """What is probably not meant so in its description."""

    @classmethod
    def read(cls, environ: Mapping[str, str], cwd: Path, works: Works) -> Lone:
        """Raises ObsError for a description that can't be used, or that names no service."""
        subject = Subject.read(environ, cwd, works)
        findings = tuple(examine(subject))
        wrong = [finding for finding in findings if finding.problem.level == "error"]
        if wrong:
            first, more = wrong[0].problem, len(wrong) - 1
            rest = f" (obs lint has {more} more)" if more else ""
            raise ObsError(f"{first.where}: {first.problem}; {first.fix}{rest}")
        config, _ = resolve(environ, cwd)
        if config is None or dict(config.sources).get("service", "default") == "default":
            raise ObsError(f'{subject.document.file}: names no service; add [service] with name = "chat-api"')
        return cls(config.service, config.team or owner(subject), teams(subject, config.team), findings)


def teams(subject: Subject, whole: str) -> tuple[str, ...]:
    owners = {feature.team for feature in subject.features} | {slo.team for slo in subject.slos}
    return tuple(sorted((owners | {whole}) - {""}))


def owner(subject: Subject) -> str:
    """By the works that are known; of equals, and where none are known, the first in the file."""
    order = list(dict.fromkeys(feature.team for feature in subject.features))
    counts = Counter(team_of(subject, kind, name) for kind, name in subject.works.all())
    return max(order, key=lambda team: counts[team], default="")


def team_of(subject: Subject, kind: str, name: str) -> str:
    """Whose the work is: the first feature's that matches."""
    patterns = (pattern for pattern in subject.patterns() if pattern.kind == kind)
    return next((p.feature.team for p in patterns if matches(p.kind, p.text, name)), "")
