"""The looks that a later one is compared with: few and evenly spaced, so that a quarter of an hour costs little.

A look at a service of 1,700 works that all do something is some 3 MB.
"""

from __future__ import annotations

from collections import deque

from obs.host.live.look import Look
from obs.host.live.moment import LATELY, NOW, QUARTER


class Kept:
    """Those of the last ``seconds``, one for each ``gap`` of them, and the last before."""

    def __init__(self, seconds: float, gap: float) -> None:
        self._seconds, self._gap = seconds, gap
        self._looks: deque[Look] = deque()

    def __len__(self) -> int:
        return len(self._looks)

    @property
    def last(self) -> Look | None:
        """The newest."""
        return self._looks[-1] if self._looks else None

    def add(self, look: Look) -> Look:
        """Take ``look`` in, if it is time for one; returns the oldest, which is ``look`` itself at first."""
        at = look.reading.at
        if not self._looks or at - self._looks[-1].reading.at >= self._gap:
            self._looks.append(look)
        while len(self._looks) > 2 and self._looks[1].reading.at <= at - self._seconds:
            self._looks.popleft()
        return self._looks[0]


def three() -> tuple[Kept, Kept, Kept]:
    """For rates, for findings and details, and for the last quarter of an hour."""
    return Kept(NOW, 0.0), Kept(LATELY, LATELY / 4), Kept(QUARTER, QUARTER / 5)
