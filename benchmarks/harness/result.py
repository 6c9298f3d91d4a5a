"""What a run found, as values that go to JSON and back: a Report of Results, each of tables and budgets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.harness.budget import Budget

SCHEMA = 1
"""Raised when a reader of the JSON would misread it; new fields don't raise it."""

Row = Mapping[str, float | str | None]
"""A value by column key; None (or no key) where a column says nothing of this row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One measure: its key in each row, its heading with the unit, and the digits shown after the point."""

    key: str
    title: str
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark's findings. ``about`` says in prose what was measured and how; notes are about this very run."""

    benchmark: str
    about: str
    tables: tuple[Table, ...]
    budgets: tuple[Budget, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The Results of one run, the machine they are from, and when it began (UTC, ISO 8601)."""

    began: str
    machine: Mapping[str, str | int]
    results: tuple[Result, ...] = field(default=())

    @property
    def holds(self) -> bool:
        return all(budget.holds for result in self.results for budget in result.budgets)

    def to_json(self) -> str:
        """Also says of each budget whether it holds, for readers without this code."""
        document = {"schema": SCHEMA, **asdict(self)}
        for result, written in zip(self.results, document["results"], strict=True):
            for budget, entry in zip(result.budgets, written["budgets"], strict=True):
                entry["holds"] = budget.holds
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Raises ValueError for another schema, and KeyError or TypeError for what is no report."""
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise ValueError(f"schema {document['schema']}; this reads {SCHEMA}")
        return cls(document["began"], document["machine"], tuple(_result(each) for each in document["results"]))


def _result(written: Mapping[str, Any]) -> Result:
    return Result(
        written["benchmark"],
        written["about"],
        tuple(_table(each) for each in written["tables"]),
        tuple(_budget(each) for each in written["budgets"]),
        tuple(written["notes"]),
    )


def _table(written: Mapping[str, Any]) -> Table:
    return Table(written["title"], tuple(Column(**each) for each in written["columns"]), tuple(written["rows"]))


def _budget(written: Mapping[str, Any]) -> Budget:
    return Budget(**{key: value for key, value in written.items() if key != "holds"})
