"""A page of a runbook: Markdown in a folder called ``runbooks``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = "runbooks"
"""Where ``obs generate`` writes them, beside the rules."""

MARK = "## "


@dataclass(frozen=True, slots=True)
class Page:
    """Its file's name, and the titles of its sections."""

    name: str
    titles: frozenset[str]


def of_text(name: str, text: str) -> Page:
    return Page(name, frozenset(line.removeprefix(MARK).strip() for line in text.splitlines() if line.startswith(MARK)))


def is_page(file: Path) -> bool:
    return file.suffix == ".md" and file.parent.name == FOLDER
