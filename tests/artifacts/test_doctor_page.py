"""docs/doctor.md names every check, in the order of the report."""

from __future__ import annotations

import re
from pathlib import Path

from obs.host.diagnosis.checks import CHECKS

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"


def test_the_page_has_a_line_for_each_check():
    rows = re.findall(r"^\| ([a-z ]+) \|", PAGE.read_text(), re.MULTILINE)
    assert rows == ["check", *(check.name for check in CHECKS)]
