"""The mended program: its page says what to change, as a diff, and that is what is recorded as "after"."""

from __future__ import annotations

import re
from pathlib import Path

from profiles.gallery import Program

FENCE = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def mended(program: Program) -> str:
    """The program's code with the change that its page tells to make. Raises ValueError if that doesn't fit."""
    source = (program.folder / "app.py").read_text()
    found = FENCE.search((program.folder / "README.md").read_text())
    if found is None:
        raise ValueError(f"{program.name}: its page has no diff")
    for hunk in re.split(r"^@@\n", found.group(1), flags=re.MULTILINE):
        source = changed(source, hunk)
    return source


def changed(source: str, hunk: str) -> str:
    """``source`` with one hunk of a diff, without line numbers: lines that begin with a space, ``-`` or ``+``."""
    lines = [(line[:1].strip(), line[1:]) for line in hunk.splitlines()]
    before = "".join(f"{line}\n" for sign, line in lines if sign != "+")
    after = "".join(f"{line}\n" for sign, line in lines if sign != "-")
    if source.count(before) != 1:
        raise ValueError(f"these lines are in it {source.count(before)} times:\n{before}")
    return source.replace(before, after)


def staged_code(program: Program, folder: Path) -> Path:
    """A folder in ``folder`` with the mended program."""
    there = folder / program.service
    there.mkdir()
    (there / "app.py").write_text(mended(program))
    return there
