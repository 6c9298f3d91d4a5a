"""A Report for people: coloured tables for a terminal, Markdown for docs/. Both are functions of the report alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.harness.budget import Budget
from benchmarks.harness.result import Column, Report, Result, Row, Table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable


def terminal(report: Report, console: Console | None = None) -> None:
    """Print ``report`` on ``console``, or stdout."""
    from rich.console import Console  # not by the measured processes, which import this package too
    from rich.markup import escape

    console = console or Console()
    for result in report.results:
        console.print(f"\n[bold]{result.benchmark}[/]  {result.about}", highlight=False)
        for table in result.tables:
            console.print(f"\n[italic]{table.title}[/]", highlight=False)
            console.print(_rich(table))
        for budget in result.budgets:
            console.print(f"  [{'green' if budget.holds else 'red'}]{_verdict(budget)}[/]", highlight=False)
        for note in result.notes:
            console.print(f"  [yellow]{escape(note)}[/]", highlight=False)


def markdown(report: Report) -> str:
    """``report`` as the sections of a Markdown page, from ``## `` down; ends with a newline."""
    return "\n".join(line for result in report.results for line in _section(result))


def cell(column: Column, row: Row) -> str:
    """What a table shows; "" for nothing."""
    value = row.get(column.key)
    return value if isinstance(value, str) else "" if value is None else f"{value:,.{column.digits}f}"


def _rich(table: Table) -> RichTable:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable  # not by the measured processes, which import this package too

    shown = RichTable(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column in table.columns:
        numeric = _numeric(column, table)
        shown.add_column(column.title, justify="right" if numeric else "left", width=_width(column, table))
    for row in table.rows:
        shown.add_row(*(cell(column, row) for column in table.columns))
    return shown


def _width(column: Column, table: Table) -> int:
    """Wide enough for every value; a heading may break between its words."""
    return max(map(len, (*column.title.split(), *(cell(column, row) for row in table.rows))))


def _numeric(column: Column, table: Table) -> bool:
    return not any(isinstance(row.get(column.key), str) for row in table.rows)


def _section(result: Result) -> Iterator[str]:
    yield from (f"## {result.benchmark}", "", result.about, "")
    for table in result.tables:
        yield from (f"**{table.title}**", "", *_markdown_table(table), "")
    if result.budgets:
        yield from (*(f"- {_verdict(budget)}" for budget in result.budgets), "")
    if result.notes:
        yield from (*(f"> {note}" for note in result.notes), "")


def _markdown_table(table: Table) -> Iterator[str]:
    yield _line(column.title for column in table.columns)
    yield _line("---:" if _numeric(column, table) else "---" for column in table.columns)
    for row in table.rows:
        yield _line(cell(column, row) for column in table.columns)


def _line(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _verdict(budget: Budget) -> str:
    mark, says = ("✓", "holds") if budget.holds else ("✗", "BROKEN")
    return f"{mark} {says}: {budget.what}: {budget.value:,.3g} {budget.unit}, {budget.bound} {budget.limit:,.3g}"
