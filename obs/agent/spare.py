"""A descriptor kept for the day when the process has none left: that is when somebody wants to see what it does."""

from __future__ import annotations

import os
from contextlib import suppress

from obs.agent import sockets


class Spare:
    """Holds one, if there is one to be had."""

    def __init__(self) -> None:
        self._fd = -1
        self.keep()

    def keep(self) -> None:
        """Have one again. Idempotent."""
        if self._fd < 0:
            with suppress(OSError):
                self._fd = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def give(self) -> bool:
        """Let go of it, so that the next who needs one gets it; whether there was one."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            sockets.close(fd)
        return fd >= 0
