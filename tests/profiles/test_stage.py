"""A program on the stage, and one that doesn't get there."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.gallery import PROGRAMS
from profiles.stage import staged

pytestmark = pytest.mark.real

PROGRAM = next(each for each in PROGRAMS if each.name == "n_plus_one")


def test_a_program_that_does_not_start_says_why(tmp_path):
    (tmp_path / "app.py").write_text("raise RuntimeError('not today')\n")
    with pytest.raises(RuntimeError, match=r"doesn't start(.|\n)*not today"), staged(PROGRAM, tmp_path):
        pass


def test_a_program_that_runs_is_asked_and_leaves_nothing():
    before = files()
    with staged(PROGRAM) as running:
        assert "timeline" in running.obs("top", "--once", "--interval", "1", "--service", "timeline")
        folder = running.folder
    assert set(running.statuses) == {200}
    assert not folder.exists()
    assert files() <= before


def files() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))
