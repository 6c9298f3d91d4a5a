"""Reports: their verdict, their JSON, and how they are shown."""

import io
import json

import pytest
from rich.console import Console

from benchmarks.harness import Budget, Column, Report, Result, Table, markdown, terminal

TABLE = Table(
    "Costs",
    (Column("title", "stack"), Column("us", "µs")),
    ({"title": "bare"}, {"title": "obs", "us": 1234.56, "more": None}),
)


def report(*budgets):
    return Report(
        "2026-01-01T00:00:00+00:00", {"python": "CPython 3.11"}, (Result("x", "What.", (TABLE,), budgets, ("n",)),)
    )


@pytest.mark.parametrize(
    ("value", "bound", "holds"),
    [
        (4.9, "at most", True),
        (5.0, "at most", True),
        (5.1, "at most", False),
        (4.9, "at least", False),
        (5.0, "at least", True),
    ],
)
def test_a_budget_holds_up_to_its_limit(value, bound, holds):
    assert Budget("b", value, 5.0, "µs", bound).holds is holds
    assert report(Budget("b", value, 5.0, "µs", bound)).holds is holds


def test_a_report_goes_to_json_and_back():
    there = report(Budget("b", 1.0, 2.0, "µs"))
    assert Report.from_json(there.to_json()) == there


def test_the_json_says_whether_each_budget_holds():
    written = json.loads(report(Budget("b", 3.0, 2.0, "µs")).to_json())
    assert written["schema"] == 1
    assert written["results"][0]["budgets"][0] == {
        "what": "b",
        "value": 3.0,
        "limit": 2.0,
        "unit": "µs",
        "bound": "at most",
        "holds": False,
    }


def test_json_of_another_schema_is_refused():
    with pytest.raises(ValueError, match="schema 2"):
        Report.from_json('{"schema": 2}')


def test_markdown_has_the_table_the_verdict_and_the_notes():
    lines = markdown(report(Budget("fast", 3.0, 2.0, "µs"))).splitlines()
    assert lines[:4] == ["## x", "", "What.", ""]
    assert lines[6:10] == ["| stack | µs |", "| --- | ---: |", "| bare |  |", "| obs | 1,234.6 |"]
    assert "- ✗ BROKEN: fast: 3 µs, at most 2" in lines
    assert "> n" in lines


def test_a_terminal_of_80_columns_shows_all_of_it():
    out = io.StringIO()
    terminal(report(Budget("fast", 1.0, 2.0, "µs")), Console(file=out, width=80))
    assert all(text in out.getvalue() for text in ("Costs", "1,234.6", "✓ holds: fast: 1 µs, at most 2"))
