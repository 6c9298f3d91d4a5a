"""A file made for a child that is about to be forked: in there each page that is touched would be copied first."""

from __future__ import annotations

from obs import native
from obs.metrics.folder import OwnFile


class Spare:
    """``file``, closed for now, holds the records of a log up to ``end``, at zero.

    It is the next child's of the thread that made it.
    """

    def __init__(self, file: OwnFile, end: int, beginning: bytes) -> None:
        self.file = file
        self.beginning = beginning
        """Of its identity record; the rest is the child's."""
        self._end = end
        self._thread = native.original("_thread", "get_ident")()
        file.put_down()

    def fits(self, end: int) -> bool:
        """In a child whose log is that long: whether it is the one. Another thread may have forked one meanwhile."""
        return end == self._end and self._thread == native.original("_thread", "get_ident")()
