"""Quantiles are those of PromQL's histogram_quantile."""

from __future__ import annotations

import pytest

from obs.host.quantile import quantile

BOUNDS = (0.1, 0.2, 0.4)


@pytest.mark.parametrize(
    ("q", "counts", "expected"),
    [
        (0.5, (10, 0, 0, 0), 0.05),  # spread evenly from zero to the first bound
        (0.99, (10, 0, 0, 0), 0.099),
        (0.5, (0, 10, 0, 0), 0.15),
        (0.25, (1, 1, 1, 1), 0.1),  # on a bound
        (0.5, (1, 1, 1, 1), 0.2),
        (0.75, (1, 1, 1, 1), 0.4),
        (0.99, (1, 1, 1, 1), 0.4),  # above the last bound: that bound
        (0.5, (0, 0, 0, 3), 0.4),
        (0.9, (5, 0, 5, 0), 0.36),  # an empty bucket in between
        (0.5, (5, 0, 5, 0), 0.1),
        (1.0, (5, 0, 5, 0), 0.4),
    ],
)
def test_it_is_interpolated_in_the_bucket_of_its_rank(q: float, counts: tuple[float, ...], expected: float) -> None:
    assert quantile(q, BOUNDS, counts) == pytest.approx(expected)


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), ()])
def test_nothing_observed_has_no_quantile(counts: tuple[float, ...]) -> None:
    assert quantile(0.5, BOUNDS, counts) is None
