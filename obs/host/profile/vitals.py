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


def vitals(pid: int, proc: Path = Path("/proc")) -> Vitals | None:
    """None if there is no such process, or it has ended."""
    try:
        fields = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        found = Vitals(fields[0], (int(fields[11]) + int(fields[12])) / TICKS, int(fields[19]), int(fields[25]))
    except (OSError, ValueError, IndexError):
        return None
    return None if found.state in "ZX" else found


def became(before: Vitals | None, after: Vitals | None) -> str:
    """What has become of a process: empty if it goes on."""
    if before is None or after is None or after.born != before.born:
        return "has ended"
    if after.image != before.image:
        return "has become another program (exec)"
    if after.state == "T":
        return "is stopped by a signal"
    return ""
