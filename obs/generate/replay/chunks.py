"""A long range, asked in pieces that a Prometheus answers."""

from __future__ import annotations

from collections.abc import Iterator

from obs.errors import ObsError
from obs.generate.queries.prometheus import Prometheus, Series

POINTS = 10_000
"""Prometheus refuses more than 11,000 points of a series (maxPointsPerSeries, web/api/v1/api.go)."""

FEWEST = 60
"""Points of the smallest piece that is tried before the query is given up."""

TOO_MUCH = ("too many samples", "exceeded maximum resolution", "timed out", "timeout", "query processing would load")
"""What is in the refusal of a query that a smaller piece may satisfy."""


def moments(
    server: Prometheus, expr: str, start: float, end: float, step: float
) -> dict[tuple[tuple[str, str], ...], list[float]]:
    """Labels, and the times at which the expression has a sample with them. Raises ObsError."""
    found: dict[tuple[tuple[str, str], ...], list[float]] = {}
    for series in pieces(server, expr, start, end, step):
        labels = tuple(sorted((name, value) for name, value in series["metric"].items() if name != "__name__"))
        found.setdefault(labels, []).extend(float(at) for at, _ in series["values"])
    return found


def pieces(server: Prometheus, expr: str, start: float, end: float, step: float) -> Iterator[Series]:
    """The series of each piece, in the order of time; a piece that is too much is asked again in halves."""
    points, at = POINTS, start
    while at <= end:
        last = min(end, at + (points - 1) * step)
        try:
            answer = server.range(expr, at, last, step)
        except ObsError as error:
            if points // 2 < FEWEST or not any(words in str(error) for words in TOO_MUCH):
                raise
            points //= 2
            continue
        yield from answer
        at = last + step
