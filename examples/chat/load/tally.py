"""What came of the requests: answers by route and status, and how long they took."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any


class Tally:
    """Counts while the traffic runs; :meth:`summary` is what the command prints."""

    def __init__(self) -> None:
        self.sent = 0
        self.dropped = 0
        """Due while too many were in flight, so never sent."""
        self.unfinished = 0
        """Sent, and not answered when the command ended."""
        self.behind = 0.0
        """Seconds by which the generator itself was late at its worst. Times are only as good as this is small."""
        self.answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """By route, then by status; a request without an answer has the name of the exception for a status."""
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    def count(self, route: str, status: str, seconds: float | None) -> None:
        """One request is over; ``seconds`` since it was due, or None where that says nothing."""
        self.answers[route][status] += 1
        if seconds is not None:
            self.seconds[route].append(seconds)

    def summary(self) -> dict[str, Any]:
        """Everything, fit for JSON. Times are in seconds, measured from when each request was due."""
        return {
            "sent": self.sent,
            "answered": self._answered(),
            "dropped": self.dropped,
            "unfinished": self.unfinished,
            "behind": round(self.behind, 6),
            "answers": {route: dict(sorted(self.answers[route].items())) for route in sorted(self.answers)},
            "seconds": {route: spread(self.seconds[route]) for route in sorted(self.seconds)},
            "total": spread([value for values in self.seconds.values() for value in values]),
        }

    def _answered(self) -> int:
        statuses: Counter[str] = sum(self.answers.values(), Counter())
        return sum(count for status, count in statuses.items() if status.isdigit())


def spread(values: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum: empty for no values."""
    if not values:
        return {}
    ordered = sorted(values)
    return {name: round(_nearest(ordered, q), 6) for name, q in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}


def _nearest(ordered: list[float], q: float) -> float:
    """The nearest-rank quantile: the least value that at least ``q`` of all are not above."""
    return ordered[max(-int(-q * len(ordered) // 1) - 1, 0)]
