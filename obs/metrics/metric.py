"""What a metric is: its name, kind, labels, and how the processes of one service merge into one series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram", "summary"]

Merge = Literal["sum", "max", "min", "constant", "recent", "each"]
"""How the processes' values of a gauge become one: added; the greatest; the least; the same everywhere; the one set
last; or one series for each process, told apart by ``pid``. Counters, histograms and summaries are always added."""

OVERFLOW = "__overflow__"
"""The value of every label of the one series that counts what a metric's cap keeps out."""


@dataclass(frozen=True, eq=False, slots=True)
class Metric:
    """One metric, by identity: define it once. Units are the base units of Prometheus, and the name says which."""

    name: str
    """As exposed: a counter's ends with ``_total``."""
    kind: Kind
    help: str
    """What it means, and what to do about it."""
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """A histogram's upper bounds, inclusive and rising; ``+Inf`` is understood."""
    merge: Merge = "sum"
    outlives: bool = False
    """Whether the last value of a gauge still counts when its process is dead."""
    cap: int = 1000
    """How many label sets one process may make; the rest are counted in one series of :data:`OVERFLOW`."""

    @property
    def cells(self) -> int:
        """How many 64-bit cells a series has: see :mod:`obs.metrics.handles` for what is in them."""
        if self.kind == "histogram":
            return len(self.buckets) + 2
        return 2 if self.kind == "summary" or self.merge == "recent" else 1

    @property
    def carried(self) -> bool:
        """Whether a forked child begins with its parent's value: no double count if so, and the truth for a gauge."""
        return self.kind == "gauge" and self.merge != "sum"
