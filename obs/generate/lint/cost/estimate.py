"""Series and samples of one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from obs.generate.lint.cost.width import RAW, width
from obs.generate.lint.files.query import Query
from obs.generate.lint.promql.expand import INTERVAL, RANGE, RATE_INTERVAL
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import Path, is_a, name_of, selectors
from obs.generate.lint.world import World

RECORDED_EVERY = 60.0
"""Seconds between two samples of a recorded series."""


class Cost(NamedTuple):
    """Of one evaluation."""

    series: float
    """Touched."""
    samples: float
    """Read."""


def estimate(query: Query, world: World, chosen: Mapping[str, bool], shown: float) -> Cost:
    """``shown``: seconds that the board of a panel looks back; 0 for a rule."""
    series = samples = 0.0
    span = 0.0 if query.target.get("instant") else shown
    for selector, path in selectors(query.tree):
        wide = width(selector, world.series, world.options.fleet, chosen)
        every = world.options.scrape_interval if name_of(selector) in RAW else RECORDED_EVERY
        series += wide
        samples += wide * max(1.0, (span + reach(path, shown)) / every)
    return Cost(series, samples)


def reach(path: Path, shown: float) -> float:
    """Seconds of the ranges and subqueries around a selector."""
    return sum(length(node, shown) for node in path if is_a(node, "MatrixSelector") or is_a(node, "SubqueryExpr"))


def length(node: Node, shown: float) -> float:
    """Grafana's own variables count as five minutes, ``$__range`` as what the board shows."""
    seconds = float(node.range.total_seconds())
    return {RANGE: shown, RATE_INTERVAL: 300.0, INTERVAL: 300.0}.get(seconds, seconds)
