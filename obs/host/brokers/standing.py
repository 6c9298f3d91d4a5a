"""What stands in one queue, as a broker said it at one moment."""

from __future__ import annotations

from typing import NamedTuple


class Head(NamedTuple):
    """The job that stands in a queue longest, as far as that can be told without reading all of it."""

    mark: bytes
    """What tells it from the one that stands there after it."""
    since: float | None
    """Unix seconds: since when it has stood in line, that is since it was sent or due; None if nothing tells."""


class Standing(NamedTuple):
    """A queue."""

    backlog: int
    """Jobs in it, without those that are scheduled for later, and those that workers have taken."""
    head: Head | None
    """None if the queue is empty."""


def begun(sent: float | None, due: float | None) -> float | None:
    """Since when a job that was ``sent`` and is ``due`` stands in line."""
    return due if sent is None else sent if due is None else max(sent, due)
