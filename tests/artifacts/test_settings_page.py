"""docs/settings.md is what the table of settings says."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_table():
    tool = runpy.run_path(str(ROOT / "tools" / "gen_settings.py"))
    assert tool["PAGE"].read_text() == tool["page"](), "run `python -m tools.gen_settings`"
