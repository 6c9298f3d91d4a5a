"""How much time may be spent on finding out: a hundredth."""

from __future__ import annotations

SHARE = 100
"""One ns in so many."""

MOST = 10_000_000
"""What is saved up in a quiet second: 10 ms, for thousands of look-ups after one long block, each of some µs."""


class Budget:
    """Refills with time. One for the process: that threads race for it costs a look-up here and there."""

    __slots__ = ("at", "left")

    def __init__(self) -> None:
        self.at = 0
        self.left = 0

    def has_any(self, now: int) -> bool:
        left = self.left + (now - self.at) // SHARE
        self.at = now
        self.left = left if left < MOST else MOST
        return self.left > 0

    def spend(self, ns: int) -> None:
        """May overdraw by one look-up."""
        self.left -= ns
