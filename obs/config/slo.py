"""A promise about a part of the service, and which of its work counts for it."""

from __future__ import annotations

from typing import Literal, NamedTuple

DAYS = 30
"""Over which the budget of a promise is spent."""

FASTEST = 14.4
"""The burn rate that the first page is sent at: 2% of the budget in an hour.

https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
"""


class Slo(NamedTuple):
    """So many per cent of some work must be good: of a feature's, of some routes' or of some jobs'."""

    name: str
    objective: float
    """Per cent of the work that must be good, below 100, and high enough that :data:`FASTEST` can be reached."""
    feature: str = ""
    """Whose work it is, as the series say: with patterns, the one feature that they are of, else empty."""
    team: str = ""
    """Who is told when it is broken."""
    routes: tuple[str, ...] = ()
    """Patterns of the requests that it is about."""
    jobs: tuple[str, ...] = ()
    """The same for jobs. Without either it is about all of the feature."""
    latency: float | None = None
    """Seconds within which good work ends; None if only failures count."""
    queue_wait: float | None = None
    """Seconds within which a worker begins with a job; then nothing else counts."""

    @property
    def whole_feature(self) -> bool:
        """Whether it is about a feature and not about patterns."""
        return not self.routes and not self.jobs

    def counts(self, kind: Literal["request", "job"]) -> bool:
        """Whether work of that kind can count for it, if the promise is about a whole feature.

        A feature's latency is that of its requests: what a job takes is no answer that somebody waits for.
        """
        if self.queue_wait is not None:
            return kind == "job"
        return kind == "request" or self.latency is None
