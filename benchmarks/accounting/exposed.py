"""An exposition as numbers to subtract and add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obs.host.quantile import quantile

LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Exposed:
    """``{'name{labels}': value}``."""

    samples: Mapping[str, float]

    @classmethod
    def parse(cls, text: str) -> Exposed:
        lines = (line for line in text.splitlines() if line and not line.startswith("#"))
        return cls({series: float(value) for series, value in (line.rsplit(" ", 1) for line in lines)})

    def since(self, before: Exposed) -> Exposed:
        """By how much each series has grown."""
        return Exposed({series: value - before.samples.get(series, 0.0) for series, value in self.samples.items()})

    def series(self, name: str) -> Iterator[tuple[Mapping[str, str], float]]:
        """``(labels, value)`` of each series of that name."""
        for series, value in self.samples.items():
            if series.partition("{")[0] == name:
                yield dict(LABEL.findall(series)), value

    def total(self, name: str, **labels: str) -> float:
        """All series of that name with these labels, added up."""
        return sum(value for found, value in self.series(name) if labels.items() <= found.items())

    def quantile(self, name: str, q: float) -> float | None:
        """The ``q``-quantile of a histogram, all its series together; None if nothing was observed."""
        cumulative: dict[float, float] = {}
        for labels, value in self.series(f"{name}_bucket"):
            bound = float(labels["le"])
            cumulative[bound] = cumulative.get(bound, 0.0) + value
        if not cumulative:
            return None
        bounds = sorted(cumulative)
        counts = [cumulative[b] - (cumulative[a] if a else 0.0) for a, b in zip([0.0, *bounds], bounds, strict=False)]
        return quantile(q, bounds[:-1], counts)
