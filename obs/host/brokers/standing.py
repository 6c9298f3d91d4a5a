"""What stands in one queue, as a broker said it at one moment."""

from __future__ import annotations

from typing import NamedTuple


class Head(NamedTuple):
    """The job that stands in a queue longest, as far as that can be told without reading all of it."""

    mark: bytes
    """What tells it from the one that stands there after it."""
    sent: float | None = None
    """Unix seconds by the clock of whoever sent it; None if nothing tells."""
    due: float | None = None
    """Unix seconds: when it is to run at the earliest, if it was scheduled."""

    @property
    def since(self) -> float | None:
        """Since when it has stood in line, as it says itself."""
        return self.due if self.sent is None else self.sent if self.due is None else max(self.sent, self.due)


class Standing(NamedTuple):
    """A queue."""

    backlog: int
    """Jobs in it, without those that are scheduled for later, and those that workers have taken."""
    head: Head | None
    """None if the queue is empty."""
