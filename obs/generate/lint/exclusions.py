"""What is let pass, each with its reason: obs.lint.toml."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from obs.config.document import Document, Table, parse
from obs.config.values import TEXT
from obs.config.wrong import did_you_mean
from obs.errors import ConfigError
from obs.generate.lint.check import Verdict
from obs.generate.lint.problem import Problem

NAME = "obs.lint.toml"
OWN = Path(__file__).parent / "obs.lint.toml"
"""What is let pass of obs's own boards and rules, wherever they are generated."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Findings of one check that are meant so."""

    check: str
    reason: str
    file: str
    """A pattern of the file's name; ``*`` for every file."""
    place: str
    """A pattern of the place in it."""
    where: str
    """Where the exclusion itself stands."""

    def covers(self, verdict: Verdict) -> bool:
        return verdict.check == self.check and self.of(verdict.file) and fnmatchcase(verdict.problem.where, self.place)

    def of(self, file: str) -> bool:
        """Whether it is about that file: by its name, or by the end of its path."""
        return fnmatchcase(file, self.file) or fnmatchcase(file, f"*[/#]{self.file}")


def read(path: Path, known: Iterable[str]) -> tuple[Document, tuple[Exclusion, ...]]:
    """The file and its exclusions. Raises ConfigError, also for one without a reason or of a check there is not."""
    document = Document(str(path), "", parse(path, str(path)))
    for error in Table(document.file, document.values).unknown(("lint", "exclude")):
        raise ConfigError(error.where, "is no section here", error.fix)
    names = list(known)
    return document, tuple(exclusion(table, names) for table in document.tables("exclude"))


def exclusion(table: Table, known: list[str]) -> Exclusion:
    for error in table.unknown(("check", "reason", "file", "place")):
        raise ConfigError(error.where, "is not known here", error.fix)
    check = table.require("check", TEXT, "target-job-rule")
    if check not in known:
        fix = did_you_mean(check, known, "obs lint --checks lists them")
        raise ConfigError(table.at("check"), f'there is no check "{check}"', fix)
    reason = table.require("reason", TEXT, "why it is meant so")
    return Exclusion(check, reason, table.read("file", TEXT) or "*", table.read("place", TEXT) or "*", table.where)


def without(
    verdicts: Sequence[Verdict], exclusions: Sequence[Exclusion], files: Sequence[str]
) -> tuple[list[Verdict], int]:
    """What is left, and how many were let pass. An exclusion that lets nothing pass is a finding itself."""
    left = [verdict for verdict in verdicts if not any(found.covers(verdict) for found in exclusions)]
    passed = len(verdicts) - len(left)
    idle = [found for found in exclusions if not any(found.covers(verdict) for verdict in verdicts)]
    dead = (found for found in idle if asked(found, files))
    left += [Verdict("exclusions", found.where.partition(":")[0], useless(found)) for found in dead]
    return left, passed


def asked(found: Exclusion, files: Sequence[str]) -> bool:
    """Whether the files that it is about were checked at all."""
    return any(found.of(file) for file in files)


def useless(found: Exclusion) -> Problem:
    where = found.where.partition(": ")[2]
    return Problem("error", where, f"lets nothing of {found.check} pass any more", "take it out")
