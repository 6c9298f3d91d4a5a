"""A process that is looked at by the reader for as long as somebody wants: what was seen is taken now and then."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from obs.host.profile.vitals import Vitals, vitals
from obs.profiling.reader import Reader, Sampled, Sampler

TORN = 200
"""Looks in a row that come to nothing, after which a process's memory is taken for something else's."""


class Stream:
    """The looks themselves are another thread's."""

    def __init__(self, pid: int, cache: Path | None) -> None:
        """``cache``: where layouts are kept. Raises ReaderError: what to grant, or why it can't be read."""
        self.pid = pid
        self._born = vitals(pid)
        self._reader = Reader(pid, cache)
        self._sampler = Sampler(self._reader)
        self._lock = threading.Lock()
        self._torn = 0
        self.ended = ""
        """Why nothing is read any more; empty while it is."""

    def look(self) -> None:
        """One look. Never raises OSError."""
        with self._lock:
            if self.ended:
                return
            before = self._sampler.torn
            try:
                self._sampler.look()
            except PermissionError:
                self.ended = "it may not be read any more"
            except OSError:
                self.ended = "it has ended"
            self._torn = self._torn + 1 if self._sampler.torn > before else 0
            if self._torn > TORN:
                self.ended = "its memory is not what it was"

    def take(self) -> Sampled:
        """What was seen since the last time."""
        with self._lock:
            return self._sampler.take()

    @property
    def is_current(self) -> bool:
        """Whether it still reads the program that it began to read."""
        return not self.ended and same(self._born, vitals(self.pid))

    def close(self) -> None:
        """Look no more."""
        with self._lock, suppress(OSError):
            self.ended = self.ended or "it was closed"
            self._reader.close()


def same(before: Vitals | None, now: Vitals | None) -> bool:
    """Whether it is one program of one process."""
    return before is not None and now is not None and (before.born, before.image) == (now.born, now.image)
