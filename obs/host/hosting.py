"""The host process as its launcher keeps it: started again whenever it dies, told to finish when the service ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from obs.host.children import how

LONGEST_DELAY = 5.0
"""Seconds between two starts, at most."""

SETTLED = 10.0
"""A host that lived for so many seconds has started well: the next one is started at once."""

HOPELESS = 69
"""EX_UNAVAILABLE of sysexits.h: a host's exit code that says another would fare no better."""


class Hosting:
    """Keeps one host process alive. ``start(restarts)`` starts one and returns its pid, or raises OSError."""

    def __init__(
        self, start: Callable[[int], int], say: Callable[[str], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._start, self._say, self._clock = start, say, clock
        self.pid: int | None = None
        self._starts = 0
        self._started = 0.0
        self._due: float | None = clock()
        self._delay = 0.0
        self._finishing = False

    def wait(self) -> float | None:
        """Seconds until :meth:`tend` has something to do; None while a host runs."""
        return None if self._due is None else max(self._due - self._clock(), 0.0)

    def tend(self) -> None:
        """Start a host if one is due."""
        if self._due is None or self._due > self._clock():
            return
        self._started = self._clock()
        try:
            self.pid, self._due = self._start(self._starts), None
            self._starts += 1
        except OSError as error:
            self._again(f"can't start: {error.strerror}")

    def ended(self, status: int) -> None:
        """Take note that the host has died, with the wait ``status`` it left."""
        self.pid = None
        hopeless = os.WIFEXITED(status) and os.WEXITSTATUS(status) == HOPELESS  # it has said why
        if hopeless or self._finishing:
            return
        if self._clock() - self._started >= SETTLED:
            self._delay = 0.0
        self._again(f"died ({how(status)})")

    def _again(self, event: str) -> None:
        if self._delay < LONGEST_DELAY:
            self._say(f"the host process {event}; starting it again, nothing that waits for it is lost")
        self._due = self._clock() + self._delay
        self._delay = min(max(self._delay * 2, 0.1), LONGEST_DELAY)

    def finish(self, number: signal.Signals) -> None:
        """Send the host its ending signal, if there is a host; from now on none is started."""
        self._finishing, self._due = True, None
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
