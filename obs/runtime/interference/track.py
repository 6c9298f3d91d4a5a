"""When one name ran in a stretch."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Track:
    """Its running total by the end of each of its segments. Times and totals are ns."""

    __slots__ = ("ends", "totals")

    def __init__(self) -> None:
        self.ends: list[int] = []
        """When its segments ended, rising."""
        self.totals: list[int] = [0]
        """How long it had run before the first of them, and then by the end of each: one more than there are ends."""

    def by(self, moment: int) -> int:
        """How long it had run by then."""
        at = bisect_left(self.ends, moment)
        if at == len(self.ends):
            return self.totals[at]
        return max(self.totals[at], self.totals[at + 1] - (self.ends[at] - moment))

    def forget(self, moment: int) -> int:
        """Drop the segments that had ended by then; returns how long they were."""
        gone = bisect_right(self.ends, moment)
        length = self.totals[gone] - self.totals[0]
        del self.ends[:gone]
        del self.totals[:gone]
        return length
