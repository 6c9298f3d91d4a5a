"""What is to be recorded."""

from __future__ import annotations

from dataclasses import dataclass

from obs.profiling.session import VIEWS, View


@dataclass(frozen=True, slots=True)
class Wanted:
    views: tuple[View, ...] = VIEWS
    seconds: float = 10.0
    rate: int = 100
    """Looks per second."""

    @property
    def inside(self) -> tuple[View, ...]:
        """What only the process itself can sample."""
        return tuple(view for view in self.views if view != "cpu")
