"""Processes that can't be looked at: said once for each reason, and tried again ever more rarely."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

LEAST, MOST = 30.0, 1800.0
"""Seconds until a process is tried again: after the first refusal, and at most."""


class Refusals:
    """What was refused, by pid."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = monotonic) -> None:
        self._say, self._clock = say, clock
        self._due: dict[int, tuple[float, float]] = {}
        """When to try again, and how long that was put off."""
        self._said: set[str] = set()

    def bars(self, pid: int) -> bool:
        """Whether it is too early to try ``pid`` again."""
        return pid in self._due and self._clock() < self._due[pid][0]

    def add(self, pid: int, reason: str) -> None:
        """Note that ``pid`` could not be looked at."""
        delay = min(self._due[pid][1] * 2, MOST) if pid in self._due else LEAST
        self._due[pid] = self._clock() + delay, delay
        if reason not in self._said:
            self._said.add(reason)
            self._say(f"no continuous profile of process {pid}: {reason} (said once; it is tried again now and then)")

    def lift(self, pid: int) -> None:
        """Note that ``pid`` could be looked at."""
        self._due.pop(pid, None)

    def keep(self, pids: set[int]) -> None:
        """Forget all processes but these."""
        self._due = {pid: due for pid, due in self._due.items() if pid in pids}
