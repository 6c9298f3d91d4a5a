"""The task that each child of a prefork pool has counted last, in memory that the main process shares with them.

A child that dies right after it has counted its task can't send the result any more, and Celery's main process takes
the task for lost: it must not be counted once more.
"""

from __future__ import annotations

from mmap import mmap
from os import getpid
from struct import Struct

ROWS = 4096
"""Process ids are given out in turn, so two children of one row live more than so many forks apart."""

_ROW = Struct("=qq")  # the child's process id, and the hash of the task's id, which is the same in forked processes


class Counted:
    """Made in the main process before it forks children."""

    def __init__(self) -> None:
        self._rows = mmap(-1, ROWS * _ROW.size)

    def say(self, task_id: str) -> None:
        """In a child: this one is counted. 0.4 µs."""
        pid = getpid()
        _ROW.pack_into(self._rows, pid % ROWS * _ROW.size, pid, hash(task_id))

    def has(self, pid: int, task_id: str) -> bool:
        """Whether child ``pid``, which may be dead, has counted this one, and none since."""
        found: tuple[int, int] = _ROW.unpack_from(self._rows, pid % ROWS * _ROW.size)
        return found == (pid, hash(task_id))
