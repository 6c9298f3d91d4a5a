"""The order of rows."""

from __future__ import annotations

from obs.cli.top.state import State
from obs.host.rates import Row
from obs.host.table import CLOCKS


def ordered(rows: list[Row], state: State) -> list[Row]:
    """By what ``state`` sorts by, the highest first; of equals, the one that has done more."""
    return sorted(rows, key=lambda row: (-value(row, state), -row.total, row.work))


def value(row: Row, state: State) -> float:
    """The number that is shown in the column of ``state.sort``."""
    if state.sort in CLOCKS:
        return (row.clocks if state.unit == "each" else row.spent).get(state.sort, 0.0)
    number: float | None = getattr(row, state.sort)
    return number or 0.0
