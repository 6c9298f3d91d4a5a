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
    sampler: str = ""
    """Who alone is to look for CPU, by the name in ``obs.host.cpu.samplers``; empty: who can."""
    native: bool = False
    """Whether frames of machine code are wanted too."""
