"""What a process without obs waits for, looked at from outside for as long as somebody wants."""

from __future__ import annotations

import threading
from pathlib import Path

from obs.profiling.reader import Reader, Waits
from obs.profiling.session import Session


class Waiting:
    """The looks themselves are another thread's."""

    def __init__(self, pid: int, cache: Path | None) -> None:
        """``cache``: where layouts are kept. Raises ReaderError: what to grant, or why it can't be read."""
        self._reader = Reader(pid, cache)
        self._waits = Waits(self._reader)
        self._lock = threading.Lock()
        self._ended = False

    def look(self) -> None:
        """One look. Never raises OSError."""
        with self._lock:
            if self._ended:
                return
            try:
                self._waits.look()
            except OSError:
                self._ended = True

    def end(self, seconds: float) -> Session:
        """The wait view of a window of so many seconds; nothing is looked at any more."""
        with self._lock:
            self._ended = True
            self._reader.close()
            return self._waits.session(seconds)
