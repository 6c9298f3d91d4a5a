"""The CPU time of this process that is accounted for, over all its threads."""

from __future__ import annotations

from time import process_time

from obs.runtime.accounting.entries import THREADS, entry_of


class Spent:
    """What threads with a clock used, dead ones included; the rest of the process's is counted as ``(threads)``."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin at zero, as a forked child does."""
        self.cpu = 0.0
        """Seconds. Threads may add to it: there is no call between the load and the store."""
        self.start = process_time()

    def settle(self) -> None:
        """Bring ``(threads)`` up to date; what a thread that runs now has not told yet is taken back when it has."""
        done = entry_of("", THREADS, "").done
        done.run = max(process_time() - self.start - self.cpu, 0.0)


spent = Spent()
