"""How often stacks may be taken from outside: each is a process of some 10 ms of CPU."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

BURST, PER_SECOND = 10.0, 0.5
"""Of the whole run."""

SHORTEST, LONGEST = 1.0, 60.0
"""Seconds that a process is left alone after a stack that came too late."""


class Budget:
    """Lets so many through; a process whose blocks end before py-spy has looked is asked more and more seldom."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._tokens, self._filled = BURST, clock()
        self._pauses: dict[str, tuple[float, float]] = {}

    def allow(self, process: str) -> bool:
        """Whether a stack of that process may be taken now; if so, it is counted."""
        now = self._clock()
        self._tokens = min(BURST, self._tokens + (now - self._filled) * PER_SECOND)
        self._filled = now
        if self._tokens < 1.0 or now < self._pauses.get(process, (0.0, 0.0))[0]:
            return False
        self._tokens -= 1.0
        return True

    def came_late(self, process: str) -> None:
        """The block was over before the stack was there."""
        pause = min(max(2 * self._pauses.get(process, (0.0, 0.0))[1], SHORTEST), LONGEST)
        self._pauses[process] = self._clock() + pause, pause

    def came_in_time(self, process: str) -> None:
        self._pauses.pop(process, None)

    def forget(self, living: set[str]) -> None:
        """Keep nothing of the processes that are gone."""
        self._pauses = {process: pause for process, pause in self._pauses.items() if process in living}
