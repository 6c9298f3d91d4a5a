"""When the watching thread could not run: it woke up much later than it meant to, because others held the GIL.

A thread that wants the GIL gets it within a switch interval (5 ms) from Python code; from C code that doesn't let go,
when that is done.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections import deque
from contextlib import suppress
from typing import NamedTuple

from obs.native import original

SLACK_NS = 5_000_000
"""Beyond two switch intervals: several Python threads take turns, and the system's scheduler is never exact."""


class Spell(NamedTuple):
    """From when to when it could not run, in ``perf_counter_ns``."""

    start: int
    end: int
    starved: int
    """How much of that it waited for a CPU, and not for the GIL."""

    def within(self, start: int, end: int) -> tuple[int, int]:
        """How much of it is between the two; and of that, how much was not for want of a CPU."""
        shared = max(min(self.end, end) - max(self.start, start), 0)
        return shared, shared * max(self.end - self.start - self.starved, 0) // (self.end - self.start)


spells: deque[Spell] = deque(maxlen=128)


def note(planned: int, woken: int, starved: int) -> None:
    """It meant to wake up at ``planned``; ``starved`` ns of the time since, it waited for a CPU."""
    if woken - planned > slack():
        spells.append(Spell(planned, woken, starved))


def slack() -> int:
    """What is not worth a word, in ns."""
    return int(2e9 * sys.getswitchinterval()) + SLACK_NS


def could_not_run(start_ns: int, end_ns: int) -> tuple[int, int]:
    """For how many ns between the two it could not run; and for how many of them it did not lack a CPU either."""
    shares = [spell.within(start_ns, end_ns) for spell in list(spells)]
    return sum(share[0] for share in shares), sum(share[1] for share in shares)


class Starvation:
    """How long the calling thread has waited for a CPU: the second number of its schedstat.

    Read without letting the GIL go, which a busy loop would keep for 5 ms at each of the three calls. No descriptor is
    kept: a service that makes itself a daemon closes all there are, and the number would be another file's.

    https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """

    def __init__(self) -> None:
        self._path = f"/proc/self/task/{original('_thread', 'get_native_id')()}/schedstat".encode()
        self._buffer = ctypes.create_string_buffer(80)
        self._before = self._read()

    def since(self) -> int:
        """Nanoseconds since the last call; 0 where the kernel doesn't count."""
        now = self._read()
        waited, self._before = now - self._before, now
        return waited

    def _read(self) -> int:
        file = _open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        if file < 0:
            return 0
        length = _read(file, self._buffer, len(self._buffer))
        _close(file)
        with suppress(ValueError, IndexError):
            return int(self._buffer.raw[: max(length, 0)].split()[1])
        return 0


_libc = ctypes.PyDLL(None)
_open, _read, _close = _libc.open, _libc.read, _libc.close
_read.argtypes, _read.restype = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t), ctypes.c_ssize_t
