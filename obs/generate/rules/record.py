"""A recording rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Record:
    """A series that Prometheus computes and keeps. In an f-string it is its name, so that others can build on it."""

    name: str
    """``level:metric:operations`` (https://prometheus.io/docs/practices/rules/)."""
    expr: str
    """PromQL, on as many lines as it reads best on. ``${interval}`` is the seconds between two evaluations."""
    about: str = ""
    """What a value of it is, for who reads the list."""
    labels: Mapping[str, str] = field(default_factory=dict)
    stateless: str = ""
    """A like expression without memory of what was, for a replay over a history in which it was not recorded."""

    def __str__(self) -> str:
        return self.name
