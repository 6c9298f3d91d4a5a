"""A quantile from the counts of a histogram's buckets, as Prometheus computes it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def quantile(q: float, bounds: Sequence[float], counts: Sequence[float]) -> float | None:
    """The ``q``-quantile (0 to 1) of what was observed, in the unit of the bounds; None if nothing was.

    ``bounds`` are the rising, positive upper bounds of the buckets, ``counts`` the observations in each (not
    cumulative), with one more at the end for those above the last bound. Inside a bucket the observations are taken to
    be spread evenly; above the last bound the answer is that bound. The same as PromQL's ``histogram_quantile``:
    https://github.com/prometheus/prometheus/blob/v2.42.0/promql/quantile.go
    """
    total = sum(counts)
    if total <= 0:
        return None
    rank = q * total
    below = 0.0
    for lower, upper, count, through in zip([0.0, *bounds], bounds, counts, accumulate(counts), strict=False):
        if through >= rank and count > 0:
            return lower + (upper - lower) * (rank - below) / count
        below = through
    return bounds[-1]
