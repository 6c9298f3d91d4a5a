"""How much capturing stacks and summing them may cost: beyond that, one in so many is captured for the others too."""

from __future__ import annotations

from random import Random

SHARE = 0.005
"""Of the time."""

_random = Random()  # noqa: S311  for sampling; the service's own sequence stays as it is


class Budget:
    """Thins out what is captured. Threads may share it: what they lose of each other's sums is a few µs."""

    def __init__(self, share: float = SHARE) -> None:
        self._share = share
        self.every = 1
        """One in so many is captured."""
        self.spent = 0.0
        """Seconds since the last :meth:`tick`."""
        self.most = 0.002
        """Seconds that may be spent until the next."""
        self.refused = 0
        """How often there was nothing left to spend."""

    def weight(self) -> int:
        """How many the one at hand stands for; 0 if it is not to be captured."""
        if self.spent > self.most:
            self.refused += 1
            return 0
        every = self.every
        return every if every == 1 or _random.random() * every < 1.0 else 0

    def tick(self, elapsed: float) -> None:
        """``elapsed`` seconds have passed since the last time: do less from now on if it was too much."""
        allowed = self._share * elapsed
        if self.spent > allowed:
            self.every *= 2
        elif self.spent < allowed / 4:
            self.every = max(self.every // 2, 1)
        self.spent = 0.0
