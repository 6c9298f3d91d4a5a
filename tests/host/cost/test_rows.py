"""A bill groups works by who owns them, and adds up to the CPU of the processes."""

from __future__ import annotations

import pytest

from obs.host.cost.ledger import Entry, Ledger, Owner, Spent
from obs.host.cost.rows import ELSEWHERE, NOBODY, Row, bill

LEDGER = Ledger(
    10.0,
    {
        Entry("request", "GET /export"): Spent(4.0, 1.0, 3),
        Entry("request", "(after) GET /export"): Spent(0.5),
        Entry("job", "thumbnails"): Spent(1.0, 0.0, 2),
        Entry("request", "GET /old"): Spent(0.5, 0.0, 1),
        Entry("request", "GET /idle"): Spent(),
        Entry("", "(loop)"): Spent(2.0),
    },
    {
        Entry("request", "GET /export"): Owner("media", "pictures"),
        Entry("request", "(after) GET /export"): Owner("media", "pictures"),
        Entry("job", "thumbnails"): Owner("previews", "pictures"),
        Entry("request", "GET /old"): Owner(),
    },
)


def test_by_work_each_is_a_row_with_its_owner_the_dearest_first() -> None:
    assert bill(LEDGER, "work", 5.0).rows == [
        Row("GET /export", Spent(4.0, 1.0, 3), "media (pictures)"),
        Row("thumbnails", Spent(1.0, 0.0, 2), "previews (pictures)"),
        Row("(after) GET /export", Spent(0.5), "media (pictures)"),
        Row("GET /old", Spent(0.5, 0.0, 1), NOBODY),
    ]


def test_by_feature_works_are_added_and_those_of_nobody_are_named_so() -> None:
    assert bill(LEDGER, "feature", 5.0).rows == [
        Row("media", Spent(4.5, 1.0, 3), "pictures"),
        Row("previews", Spent(1.0, 0.0, 2), "pictures"),
        Row(NOBODY, Spent(0.5, 0.0, 1)),
    ]


def test_by_team_features_are_added_and_listed() -> None:
    assert bill(LEDGER, "team", 5.0).rows == [
        Row("pictures", Spent(5.5, 1.0, 5), "media, previews"),
        Row(NOBODY, Spent(0.5, 0.0, 1)),
    ]


@pytest.mark.parametrize("by", ["work", "feature", "team"])
def test_it_adds_up_to_the_cpu_of_the_processes(by: str) -> None:
    found = bill(LEDGER, by, 5.0)
    assert [(row.name, row.spent.cpu) for row in found.others] == [("(loop)", 2.0), (ELSEWHERE, 2.0)]
    assert found.total == Spent(10.0, 1.0, 6)


def test_clocks_that_are_ahead_of_the_kernels_ticks_leave_nothing_elsewhere() -> None:
    found = bill(Ledger(1.99, {Entry("", "(loop)"): Spent(2.0)}, {}), "team", 1.0)
    assert (found.others, found.total.cpu) == ([Row("(loop)", Spent(2.0))], 2.0)
