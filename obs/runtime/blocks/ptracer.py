"""Who may look at this process's stack, where Yama lets only ancestors: the launcher of ``obs run`` and its children.

The launcher is no ancestor of a service that has daemonised, and the host process, which takes stacks, is a sibling.
https://docs.kernel.org/admin-guide/LSM/Yama.html; prctl(2), PR_SET_PTRACER
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from pathlib import Path

from obs.metrics.identity import start_ticks

PR_SET_PTRACER = 0x59616D61
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
RESTRICTED = "1"
"""Yama's scope in which a process may name its tracer; in the others nothing is to be named."""


def name(launcher: str, scope: Path = YAMA) -> bool:
    """Name the launcher, ``PID-START``, if that is needed and it still lives. Not inherited by a forked child."""
    with suppress(OSError, ValueError):
        pid, started = map(int, launcher.split("-"))
        if scope.read_text().strip() == RESTRICTED and started and start_ticks(pid) == started:
            failed: int = ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(pid), 0, 0, 0)
            return not failed
    return False
