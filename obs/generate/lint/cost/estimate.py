"""Series and samples of one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from obs.generate.lint.cost.width import RAW, width
from obs.generate.lint.files.query import Query
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


def estimate(query: Query, world: World, chosen: Mapping[str, bool], span: float) -> Cost:
    """``span``: seconds that a panel shows; 0 for an instant query and for a rule."""
    series = samples = 0.0
    for selector, path in selectors(query.tree):
        wide = width(selector, world.series, world.options.fleet, chosen)
        every = world.options.scrape_interval if name_of(selector) in RAW else RECORDED_EVERY
        series += wide
        samples += wide * max(1.0, (span + reach(path)) / every)
    return Cost(series, samples)


def reach(path: Path) -> float:
    """Seconds of the ranges and subqueries around a selector. Grafana's own variables count as five minutes."""
    return sum(length(node) for node in path if is_a(node, "MatrixSelector") or is_a(node, "SubqueryExpr"))


def length(node: Node) -> float:
    seconds = float(node.range.total_seconds())
    return 300.0 if 7900 < seconds < 7920 else seconds
