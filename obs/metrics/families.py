"""A Snapshot as families of series, in the order and under the names in which Prometheus wants them."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from obs.metrics.directory import Key
from obs.metrics.metric import Kind, Metric
from obs.metrics.snapshot import Snapshot

UNITS = ("seconds", "bytes")


class Series(NamedTuple):
    """One series: its labels, and its cells as the handles lay them out."""

    key: Key
    cells: list[float]


class Family(NamedTuple):
    """All series of one name. A counter's name is without ``_total`` here, as OpenMetrics has it."""

    name: str
    kind: Kind
    help: str
    unit: str
    series: list[Series]


def families(snapshot: Snapshot) -> list[Family]:
    """The families by name. Of definitions that contradict each other the most used is taken, the rest is left out."""
    by_name: dict[str, dict[Metric, list[Series]]] = {}
    for key, cells in snapshot.series.items():
        name = key.metric.name.removesuffix("_total") if key.metric.kind == "counter" else key.metric.name
        by_name.setdefault(name, {}).setdefault(key.metric, []).append(Series(key, cells))
    return [_family(name, alike) for name, alike in sorted(by_name.items())]


def _family(name: str, alike: dict[Metric, list[Series]]) -> Family:
    metrics = sorted(alike, key=lambda metric: -len(alike[metric]))
    chosen = metrics[0]
    unit = next((unit for unit in UNITS if name.endswith("_" + unit)), "")
    series = list(alike[chosen])
    for metric in metrics[1:]:
        if metric.kind == chosen.kind:
            taken = {frozenset(one.key.pairs) for one in series}
            series += [one for one in alike[metric] if frozenset(one.key.pairs) not in taken]
    return Family(name, chosen.kind, chosen.help, unit, series)


def cumulative(series: Series) -> list[float]:
    """A histogram's buckets as Prometheus counts them: each with all below it; the last is the count."""
    return list(accumulate(series.cells[:-1]))


def has_sum(series: Series) -> bool:
    """Observations below zero make a sum that falls, which would read as a restart: it is left out."""
    bounds = series.key.metric.buckets
    return not bounds or bounds[0] >= 0
