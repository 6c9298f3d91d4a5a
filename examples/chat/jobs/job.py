"""A job: a function that a worker calls, and how often it may fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """Every queue knows it as :attr:`name`."""

    function: Callable[..., None]
    retries: int = 0
    """How often it is tried again after an exception."""
    pause: int = 0
    """Seconds until it is."""

    @property
    def name(self) -> str:
        """``jobs.push.notify``."""
        return f"{self.function.__module__}.{self.function.__name__}"
