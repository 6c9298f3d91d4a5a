"""obs's own boards and rules pass obs lint, warnings too, and each thing that is let pass is still there."""

from __future__ import annotations

from pathlib import Path

from obs.generate.lint.checks import CHECKS
from obs.generate.lint.exclusions import OWN, read
from obs.generate.lint.files.read import read as read_files
from obs.generate.lint.lint_options import options
from obs.generate.lint.whole import judged
from obs.generate.lint.world import World

ROOT = Path(__file__).parents[2]


def test_the_boards_and_rules_of_this_repository_are_clean() -> None:
    document, exclusions = read(OWN, [check.name for check in CHECKS])
    world = World(*read_files([ROOT / "dashboards", ROOT / "alerts"]), options(document))
    assert len(world.boards) >= 8
    assert len(world.all_rules()) > 100
    assert len(world.pages) > 20
    assert judged(world, exclusions)[0] == []


def test_the_page_lists_every_check() -> None:
    page = (ROOT / "docs/lint.md").read_text()
    assert [check.name for check in CHECKS if f"`{check.name}`" not in page] == []
