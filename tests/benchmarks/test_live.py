"""The benchmark of the live view: a small service, each of those who look."""

from argparse import Namespace

from benchmarks.live import command
from benchmarks.live.command import BOTH, NOBODY, ONE, PROMETHEUS, THREE, Span


def test_a_small_run_measures_all_who_look(monkeypatch):
    monkeypatch.setattr(command, "SCRAPE", 0.2)
    monkeypatch.setattr(command, "QUICK", Span(0.1, 0.5, 0.0))
    found = command.run(Namespace(live_processes=2, live_series=60, endpoints=20, quick=True))
    table, opened = found.tables
    assert [row["title"] for row in table.rows] == [NOBODY, ONE, THREE, PROMETHEUS, BOTH]
    assert all(row["peak"] > 10 for row in table.rows)
    assert table.rows[0]["looks"] is None
    assert opened.rows[0]["kilobytes"] > 50


def test_only_what_is_looked_at_is_judged():
    rows = tuple({"title": title, "cpu": 11.0, "peak": 150.0} for title in (NOBODY, ONE, THREE, PROMETHEUS))
    assert [(budget.what, budget.holds) for budget in command.budgets(rows)] == [
        (f"{ONE}: CPU of the host", False),
        (f"{ONE}: memory of the host at its peak", True),
        (f"{THREE}: CPU of the host", False),
        (f"{THREE}: memory of the host at its peak", True),
    ]
