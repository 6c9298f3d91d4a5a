"""What the kernel says of a process's threads: proc(5)."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_SCHED = 2
"""CPUCLOCK_SCHED of linux/posix-timers.h: what has run, in nanoseconds, up to this very moment."""


class States:
    """The state letters of threads: their files stay open, so that a look at one takes some microseconds."""

    def __init__(self, pid: int, proc: Path = Path("/proc")) -> None:
        self._folder = proc / str(pid) / "task"
        self._files: dict[int, int] = {}

    def letter(self, thread: int) -> str:
        """``R`` for one that runs, or waits for a CPU; empty for one that has ended."""
        file = self._files.get(thread)
        try:
            if file is None:
                file = self._files[thread] = os.open(self._folder / str(thread) / "stat", os.O_RDONLY | os.O_CLOEXEC)
            data = os.pread(file, 512, 0)
            return chr(data[data.rindex(b")") + 2])
        except (OSError, ValueError, IndexError):
            self._forget(thread)
            return ""

    def name(self, thread: int) -> str:
        """As the kernel knows it; empty if it has ended."""
        try:
            return (self._folder / str(thread) / "comm").read_text(errors="replace").strip()
        except OSError:
            return ""

    def keep(self, living: set[int]) -> None:
        """Close the files of the others."""
        for thread in self._files.keys() - living:
            self._forget(thread)

    def _forget(self, thread: int) -> None:
        with suppress(KeyError, OSError):
            os.close(self._files.pop(thread))

    def close(self) -> None:
        self.keep(set())


class Clock:
    """The CPU clock of a process: of all its threads, also of what runs just now. A look takes some microseconds.

    It goes on only while one of them is on a CPU, not while it waits for one, whatever its state's letter is.
    """

    def __init__(self, pid: int) -> None:
        self._clock = ~pid << 3 | _SCHED  # clock_getcpuclockid(3)

    def now(self) -> int | None:
        """Nanoseconds; None if the kernel does not say, or the process has ended."""
        try:
            return time.clock_gettime_ns(self._clock)
        except OSError:
            return None
