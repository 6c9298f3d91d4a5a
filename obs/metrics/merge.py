"""How rows of cells, one row for each process, become one row: pure functions, by kind and merge rule.

Counters are added exactly and rounded once. Plain addition rounds at each step, so its result depends on the order;
after a fold the order is another, and a sum that is one last digit less reads to Prometheus as a restart from zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from obs.metrics.metric import Metric

Row = tuple[float, ...] | list[float]
Rule = Callable[[list[Row]], list[float]]


def exact_sum(values: Sequence[float]) -> float:
    """The sum, rounded once; of infinities and NaN whatever addition makes of them."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return sum(values)


def added(rows: list[Row]) -> list[float]:
    """Each column's sum."""
    return [exact_sum(column) for column in zip(*rows, strict=True)]


def added_counts(rows: list[Row]) -> list[float]:
    """The same for whole numbers and one last column that is not: sums of those are exact anyhow, and quicker."""
    if len(rows) == 1:
        return list(rows[0])
    columns = list(zip(*rows, strict=True))
    values: list[float] = list(map(sum, columns))
    values[-1] = exact_sum(columns[-1])
    return values


def remainder(rows: list[Row], totals: list[float], first: int = 0) -> list[float]:
    """What rounding to ``totals`` took from each column's sum, never less: kept beside them, no sum ever falls.

    Columns before ``first`` hold whole numbers and have none.
    """
    columns = list(zip(*rows, strict=True))[first:]
    return [0.0] * first + [_remainder(column, total) for column, total in zip(columns, totals[first:], strict=True)]


def _remainder(column: tuple[float, ...], total: float) -> float:
    if not math.isfinite(total):
        return 0.0
    rest = exact_sum([*column, -total])
    return math.nextafter(rest, math.inf) if exact_sum([*column, -total, -rest]) > 0 else rest


def greatest(rows: list[Row]) -> list[float]:
    return max(map(list, rows))


def least(rows: list[Row]) -> list[float]:
    return min(map(list, rows))


def most_recent(rows: list[Row]) -> list[float]:
    """Rows are ``(value, unix time of its setting)``."""
    return max(map(list, rows), key=lambda row: row[1])


def last(rows: list[Row]) -> list[float]:
    return list(rows[-1])


_GAUGES: dict[str, Rule] = {
    "sum": added,
    "max": greatest,
    "min": least,
    "constant": greatest,
    "recent": most_recent,
    "each": last,
}


def rule(metric: Metric) -> Rule:
    """The function that merges rows of ``metric``."""
    if metric.kind == "gauge":
        return _GAUGES[metric.merge]
    return added_counts if metric.kind == "histogram" else added
