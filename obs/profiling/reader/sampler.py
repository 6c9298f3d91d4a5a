"""Looks at a process so many times a second: the CPU view of a session."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from time import monotonic, sleep

from obs.profiling.outside.samples import Taken, session_of
from obs.profiling.outside.speedscope import Seen
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.reader import Reader
from obs.profiling.session import Session

CHECK = 1.0
"""Seconds after which what is known of code objects is looked at again."""

Works = Collection[str] | None
"""The names that are accounted in the process; None for a process without obs."""


class Sampler:
    """Samples one process, and keeps what it has seen. Not for several threads at once."""

    def __init__(self, reader: Reader, rate: int, clock: Callable[[], float] = monotonic) -> None:
        """``rate``: looks per second."""
        self._reader, self._rate, self._clock = reader, rate, clock
        self.seen: list[Seen] = []
        self.torn = self.looks = self.cut = self.late = 0
        """Stacks that could not be read; looks taken; stacks without their innermost frames; looks that were left out
        because the ones before took too long."""
        self._checked = clock()

    def run(self, seconds: float, stop: Callable[[], bool] = lambda: False) -> None:
        """Look until the time is over, the process has ended, or ``stop`` says so."""
        began = due = self._clock()
        while due < began + seconds and not stop():
            now = self._clock()
            if due > now:
                sleep(due - now)
            try:
                self.look()
            except (OSError, TornError):
                return
            steps = max(int((self._clock() - due) * self._rate), 1)
            self.late += steps - 1
            due += steps / self._rate

    def look(self) -> None:
        """One look at the threads that run. Raises OSError if it has ended, TornError."""
        look = self._reader.look(idle=False)
        self.looks += 1
        self.torn += look.torn
        for each in look.threads:
            if each.state == "R":  # as py-spy counts: who holds the GIL and sleeps in C uses no CPU
                self.cut += each.cut
                self.seen.append(Seen(each.thread, "", tuple(reversed(each.stack))))
        if self._clock() - self._checked > CHECK:
            self._checked = self._clock()
            self._reader.codes.check()

    def session(self, works: Works = None) -> Session:
        """The CPU view of what was seen."""
        found = session_of(self.seen, Taken(self._reader.pid, self._rate, self.torn), works)
        return replace(found, source="reader")
