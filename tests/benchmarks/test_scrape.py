"""The benchmark of a scrape."""

from argparse import Namespace

from benchmarks import scrape
from benchmarks.scrape import FIRST, OBS, SUBJECTS, THEIRS, Scrape


def test_a_small_run_measures_every_subject():
    found = scrape.run(Namespace(processes=2, histograms=5, quick=True))
    (table,) = found.tables
    assert [row["title"] for row in table.rows] == [f"{who}, {how}" for who, how in SUBJECTS]
    assert all(row["ms"] > 0 and row["megabytes"] > 0.01 for row in table.rows)
    assert [row["ratio"] is None for row in table.rows] == [who == THEIRS for who, _ in SUBJECTS]


def test_the_warm_scrape_is_judged_in_each_format():
    slow = {subject: [Scrape(0.6, 0.6, 1)] * 3 for subject in SUBJECTS if subject[0] == OBS}
    quick = {subject: [Scrape(0.1, 0.1, 1)] * 3 for subject in SUBJECTS if subject[0] in (FIRST, THEIRS)}
    assert [budget.holds for budget in scrape.budgets(slow | quick)] == [False, True]
