"""Boards and rules, read, checked, and without what is let pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from obs.config.document import Document
from obs.generate.lint.check import Verdict
from obs.generate.lint.checks import CHECKS, examine
from obs.generate.lint.exclusions import NAME, Exclusion, read, without
from obs.generate.lint.files.read import read as read_files
from obs.generate.lint.lint_options import options
from obs.generate.lint.world import World
from obs.generate.plan.read import read as read_fleet

Found = tuple[list[Verdict], World, int]
"""What is wrong, in what, and how many findings were let pass."""


def whole(paths: Sequence[Path], named: Path | None, fleet: Path | None, cwd: Path) -> Found:
    """Raises ObsError for what can't be read."""
    file = named or beside(paths, cwd)
    document, exclusions = read(file, [check.name for check in CHECKS]) if file else (Document(), ())
    wanted = options(document)
    if fleet:
        wanted = replace(wanted, fleet=read_fleet(fleet))
    return judged(World(*read_files(paths), wanted), exclusions)


def judged(world: World, exclusions: Sequence[Exclusion]) -> Found:
    files = [board.file for board in world.boards] + [file.file for file in world.rules]
    left, passed = without(list(examine(world)), exclusions, files)
    return left, world, passed


def beside(paths: Sequence[Path], cwd: Path) -> Path | None:
    """obs.lint.toml of the first folder that has one, named or above it, else the current folder's."""
    folders = [folder for path in paths for folder in (path, *path.parents)]
    return next((folder / NAME for folder in (*folders, cwd) if (folder / NAME).is_file()), None)
