"""What a process does that gives no sign of life, as the kernel has it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

PROC = Path("/proc")


class State(Enum):
    """Why a process's watching thread is late."""

    WAITS = "it waits for the GIL"
    STARVED = "it waits for a CPU"
    STOPPED = "the process is stopped, by a signal or a debugger"
    GONE = "the process is dead, or not ours to see"


def state(pid: int, thread: int, proc: Path = PROC) -> State:
    """By the state letters of the thread, which would run if it had a CPU and sleeps if it lacks the GIL (proc(5)).

    A thread that a cgroup throttles is runnable too.
    """
    letter = _letter(proc / str(pid) / "task" / str(thread) / "stat")
    if letter in ("T", "t"):
        return State.STOPPED
    if letter == "R":
        return State.STARVED
    return State.WAITS if letter in ("S", "D") else State.GONE


def _letter(stat: Path) -> str:
    """The third field; the second, a name, may hold spaces and brackets. Empty if there is none to read."""
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
