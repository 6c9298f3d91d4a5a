"""When the watching thread could not run: it woke up much later than it meant to, because others held the GIL.

A thread that wants the GIL gets it within a switch interval (5 ms) from Python code; from C code that doesn't let go,
when that is done.
"""

from __future__ import annotations

import sys
from collections import deque
from contextlib import suppress
from pathlib import Path

from obs.native import original

SLACK_NS = 5_000_000
"""Beyond two switch intervals: several Python threads take turns, and the system's scheduler is never exact."""

Spell = tuple[int, int]
"""From when to when it could not run, in ``perf_counter_ns``."""

spells: deque[Spell] = deque(maxlen=128)


def note(planned: int, woken: int, starved: int) -> None:
    """It meant to wake up at ``planned``; ``starved`` ns of the time since, it waited for a CPU and not for the GIL."""
    if woken - planned - starved > slack():
        spells.append((planned, woken))


def slack() -> int:
    """What is not worth a word, in ns."""
    return int(2e9 * sys.getswitchinterval()) + SLACK_NS


def could_not_run(start_ns: int, end_ns: int) -> int:
    """For how many ns between the two it could not run."""
    return sum(max(min(end, end_ns) - max(start, start_ns), 0) for start, end in list(spells))


class Starvation:
    """How long the calling thread has waited for a CPU: the second number of its schedstat.

    https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """

    def __init__(self) -> None:
        self._path = Path(f"/proc/self/task/{original('_thread', 'get_native_id')()}/schedstat")
        self._before = self._read()

    def since(self) -> int:
        """Nanoseconds since the last call; 0 where the kernel doesn't count."""
        now = self._read()
        waited, self._before = now - self._before, now
        return waited

    def _read(self) -> int:
        with suppress(OSError, ValueError, IndexError):
            return int(self._path.read_bytes().split()[1])
        return 0
