"""Rules that are evaluated one after another."""

from __future__ import annotations

from dataclasses import dataclass

from obs.generate.rules.alert import Alert
from obs.generate.rules.record import Record

Rule = Record | Alert


@dataclass(frozen=True, slots=True)
class Group:
    """A rule sees what those above it in its group made at the same moment; of other groups, the last evaluation's."""

    name: str
    """Unique, ``obs-`` first."""
    rules: tuple[Rule, ...]
    interval: str = "1m"

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, Alert))

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, Record))
