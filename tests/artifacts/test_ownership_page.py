"""docs/ownership.md names every rule of obs lint, in its order, and every row of obs cost that is no work."""

from __future__ import annotations

import re
from pathlib import Path

from obs.generate.lint.rules import RULES
from obs.host.cost.ledger import RELATED
from obs.host.cost.rows import ELSEWHERE, NOBODY
from obs.runtime.accounting import entries

PAGE = (Path(__file__).parents[2] / "docs" / "ownership.md").read_text()


def test_the_page_has_a_line_for_each_rule() -> None:
    rows = re.findall(r"^\| (\w+) \|", PAGE[PAGE.index("| rule |") :], re.MULTILINE)
    assert rows == ["rule", *(rule.name for rule in RULES)]


def test_every_name_of_no_work_is_explained() -> None:
    for name in (entries.LOOP, entries.THREADS, entries.UNATTRIBUTED, ELSEWHERE):
        assert f"| `{name}` |" in PAGE
    assert NOBODY in PAGE


def test_the_names_of_what_is_related_to_a_work_are_accountings() -> None:
    assert set(RELATED) == {entries.AFTER, entries.ELSEWHERE}
    assert all(f"`{prefix}NAME`" in PAGE for prefix in RELATED)
