"""What was seen of a thread from outside, whoever looked."""

from __future__ import annotations

from typing import NamedTuple

from obs.profiling.session import Frame, View


class Seen(NamedTuple):
    """A thread that ran in one place, or stood still there."""

    thread: int
    """As the kernel knows it; 0: not known."""
    name: str
    """The thread's, if it has one."""
    stack: tuple[Frame, ...]
    """The outermost frame first."""
    looks: int = 1
    """How many looks it was seen so in."""
    view: View = "cpu"
    """``held`` of one that stood still, though it was not in its loop's poll."""
