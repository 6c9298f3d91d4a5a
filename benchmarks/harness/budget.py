"""Budgets: what must hold, judged by what the same run measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Budget:
    """A measured value and its limit, both in ``unit``."""

    what: str
    value: float
    limit: float
    unit: str
    bound: Literal["at most", "at least"] = "at most"

    @property
    def holds(self) -> bool:
        return self.value <= self.limit if self.bound == "at most" else self.value >= self.limit
