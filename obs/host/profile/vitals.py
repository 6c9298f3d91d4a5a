"""What the kernel says of a process: whether it is still the one that it was, and what CPU it has used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Vitals(NamedTuple):
    """From ``/proc/PID/stat`` (proc(5))."""

    state: str
    cpu: float
    """Seconds, of all threads."""
    born: int
    """When it started."""
    image: int
    """Where its stack begins: another one after an ``exec``. 0 or 1 if we may not know."""
    starved: float = 0.0
    """Seconds for which its main thread has waited for a CPU (``/proc/PID/schedstat``); 0 if the kernel doesn't say."""


def vitals(pid: int, proc: Path = Path("/proc")) -> Vitals | None:
    """None if there is no such process, or it has ended."""
    try:
        fields = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / TICKS
        found = Vitals(fields[0], cpu, int(fields[19]), int(fields[25]), starved(proc / str(pid)))
    except (OSError, ValueError, IndexError):
        return None
    return None if found.state in "ZX" else found


def starved(folder: Path) -> float:
    """See :attr:`Vitals.starved`. https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat"""
    try:
        return int((folder / "schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def became(before: Vitals | None, after: Vitals | None) -> str:
    """What has become of a process: empty if it goes on."""
    if before is None or after is None or after.born != before.born:
        return "has ended"
    if after.image != before.image:
        return "has become another program (exec)"
    if after.state == "T":
        return "is stopped by a signal"
    return ""
