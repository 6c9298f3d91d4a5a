"""What one part of the benchmark found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.harness import Budget, Table


@dataclass(frozen=True, slots=True)
class Found:
    """Tables and budgets, and what a reader must know of this run."""

    tables: tuple[Table, ...]
    budgets: tuple[Budget, ...] = ()
    notes: tuple[str, ...] = ()


def together(parts: Iterable[Found]) -> Found:
    """All of it as one, in order."""
    every = tuple(parts)
    return Found(
        tuple(table for part in every for table in part.tables),
        tuple(budget for part in every for budget in part.budgets),
        tuple(note for part in every for note in part.notes),
    )
