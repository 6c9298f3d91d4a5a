"""What is asked of a rendering."""

from __future__ import annotations

from dataclasses import dataclass

from obs.profiling.session import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The default shows everything, by work."""

    view: View | None = None
    """Only this; None: all that the session has."""
    work: str = ""
    """Only the works with this in their name, in whatever case."""
    merged: bool = False
    """The same code is one node, whichever work calls it."""
    cut: bool = False
    """Without the standard library's and gevent's frames at the ends of stacks."""
    least: float = 0.0
    """Nodes of less than this share of the whole are drawn as one."""
    width: int = 100
    """Characters of a line of text; 40 at least."""
    top: int = 10
    """Rows of each of a text's tables."""


EVERYTHING = Options()
