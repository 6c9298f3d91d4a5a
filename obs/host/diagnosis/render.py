"""The doctor's report, as lines for a terminal and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from obs.config import Config
from obs.host.diagnosis.checks import Result

STYLES = {"ok": "green", "error": "bold red", "warning": "yellow", "note": "cyan"}


class Line(NamedTuple):
    """A line of the report: a word with a style of :data:`STYLES`, or none, and the rest."""

    mark: str
    text: str


def lines(results: Iterable[Result], config: Config | None, width: int) -> Iterator[Line]:
    """The settings that were set, each check with what it found, and the sum."""
    yield from settings(config)
    counts = dict.fromkeys(STYLES, 0)
    for result in results:
        if not result.findings:
            counts["ok"] += 1
            yield Line("ok", result.check)
        for finding in result.findings:
            counts[finding.level] += 1
            yield Line(finding.level, f"{result.check}: {finding.problem}")
            yield from wrapped("seen", finding.evidence, width)
            yield from wrapped("do", finding.fix, width)
    yield Line("", "")
    yield Line("", ", ".join(counted(level, count) for level, count in counts.items() if count))


def counted(level: str, count: int) -> str:
    return f"{count} {level}" if level == "ok" or count == 1 else f"{count} {level}s"


def settings(config: Config | None) -> Iterator[Line]:
    """Every setting that isn't at its default, with the place that it came from."""
    for name, value, source in config.summary() if config else ():
        if source != "default":
            yield Line("", f"{name} = {value}   ({source})")


def wrapped(head: str, text: str, width: int) -> Iterator[Line]:
    """``text`` under its finding, indented; a long word is not broken, so that it can be copied."""
    indent = " " * 14
    filled = textwrap.wrap(
        f"{head + ':':5} {text}",
        max(40, width),
        initial_indent=" " * 8,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (Line("", line) for line in filled)


def as_json(results: Iterable[Result], config: Config | None) -> dict[str, Any]:
    """``{"settings": {name: {"value", "source"}}, "checks": {name: [{"level", "problem", "evidence", "fix"}]}}``."""
    rows = config.summary() if config else []
    return {
        "settings": {name: {"value": value, "source": source} for name, value, source in rows},
        "checks": {result.check: [finding._asdict() for finding in result.findings] for result in results},
    }
