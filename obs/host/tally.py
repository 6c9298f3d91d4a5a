"""What each work has done, counted from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """What one work has done since the service started, or between two such looks."""

    counts: tuple[float, ...] = ()
    """Per bucket of duration, not cumulative, the one above the last bound included; empty for none."""
    seconds: float = 0.0
    """The sum of the durations."""
    answers: Mapping[str, float] = field(default_factory=dict)
    """How often, by HTTP status or outcome of the job. Long-lived requests are under their protocol."""
    errors: float = 0.0
    """How many of them were the service's fault: 5xx, an exception that escaped, a failed job. 4xx are not."""
    open: float = 0.0
    """Long-lived requests that are open now: they have no duration yet."""
    clocks: Mapping[str, float] = field(default_factory=dict)
    """Where its time went: seconds of cpu, held, delay and wait; empty where nobody accounts."""

    @property
    def total(self) -> float:
        return sum(self.answers.values())

    def __add__(self, other: Tally) -> Tally:
        return self._combined(other, 1.0, self.open + other.open)

    def __sub__(self, earlier: Tally) -> Tally:
        return self._combined(earlier, -1.0, self.open)

    def _combined(self, other: Tally, sign: float, still_open: float) -> Tally:
        empty = (0.0,) * max(len(self.counts), len(other.counts))
        pairs = zip(self.counts or empty, other.counts or empty, strict=True)
        return Tally(
            tuple(mine + sign * theirs for mine, theirs in pairs),
            self.seconds + sign * other.seconds,
            _each(self.answers, other.answers, sign),
            self.errors + sign * other.errors,
            still_open,
            _each(self.clocks, other.clocks, sign),
        )


def _each(mine: Mapping[str, float], other: Mapping[str, float], sign: float) -> dict[str, float]:
    return {name: mine.get(name, 0.0) + sign * other.get(name, 0.0) for name in {**mine, **other}}


@dataclass(frozen=True, slots=True)
class Reading:
    """Every work's tally at one moment."""

    at: float
    """Seconds of a clock that never goes back."""
    works: Mapping[str, Tally]
    active: float = 0.0
    """Requests that are being handled."""
    queue: Tally = field(default_factory=Tally)
    """The waits of requests before they were taken up."""
    blame: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Seconds that a culprit made its victims stand in line, by ``(culprit, victim)``."""

    def since(self, earlier: Reading) -> dict[str, Tally]:
        """What each work did after ``earlier``."""
        return {name: tally - earlier.works.get(name, Tally()) for name, tally in self.works.items()}
