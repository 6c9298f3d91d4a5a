"""What obs lint is told of the place where boards and rules will run."""

from __future__ import annotations

from dataclasses import dataclass

from obs.generate.lint.cost.fleet import LARGE
from obs.generate.plan.fleet import Fleet

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Options:
    """[lint] of obs.lint.toml."""

    scrape_interval: float = 15.0
    """Seconds."""
    retention: float = 15 * DAY
    """Seconds: Prometheus's own default."""
    metrics: tuple[str, ...] = ()
    """Regular expressions of names that are there beside obs's."""
    labels: tuple[str, ...] = ()
    """Labels that the scrape adds to every series, such as cluster."""
    most_series: int = 50_000
    """That one panel's query may touch."""
    most_samples: int = 10_000_000
    """That it may read: Prometheus gives up at 50,000,000 in memory (--query.max-samples)."""
    rule_factor: int = 200
    """How much more a rule may: it is asked once, not by each who looks. A fleet of this size needs several
    Prometheus servers, each with a part of the targets."""
    fleet: Fleet = LARGE
