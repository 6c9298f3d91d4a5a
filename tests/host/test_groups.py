"""Rows by feature and team."""

from __future__ import annotations

import pytest

from obs.host.groups import group, grouped
from obs.host.tally import Owner, Reading, Tally

OWNERS = {"GET /a": Owner("media", "red"), "GET /b": Owner("search", "red"), "push": Owner(), "(loop)": Owner()}


@pytest.mark.parametrize(
    ("work", "feature", "team"),
    [
        ("GET /a", "media", "red"),
        ("GET /b", "search", "red"),
        ("(after) GET /a", "media", "red"),
        ("push", "(no owner)", "(no owner)"),
        ("GET /new", "(no owner)", "(no owner)"),
        ("(loop)", "(loop)", "(loop)"),
        ("(unattributed)", "(unattributed)", "(unattributed)"),
    ],
)
def test_a_work_is_in_its_owners_row_and_time_of_no_work_in_its_own(work: str, feature: str, team: str) -> None:
    assert [group(by, OWNERS, work) for by in ("work", "feature", "team")] == [work, feature, team]


def test_a_group_is_the_sum_of_its_works() -> None:
    works = {name: Tally(answers={"200": 2.0}, clocks={"cpu": 0.5}) for name in ("GET /a", "GET /b", "push")}
    found = grouped(Reading(1.0, works, blame={("GET /a", "push"): 1.0, ("GET /b", "push"): 2.0}), "team", OWNERS)
    assert {name: tally.total for name, tally in found.works.items()} == {"red": 4.0, "(no owner)": 2.0}
    assert found.works["red"].clocks == {"cpu": 1.0}
    assert found.blame == {("red", "(no owner)"): 3.0}


def test_by_work_a_reading_is_what_it_was() -> None:
    reading = Reading(1.0, {})
    assert grouped(reading, "work", OWNERS) is reading
