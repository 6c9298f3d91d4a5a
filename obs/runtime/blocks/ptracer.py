"""Who may look at this process's stack, where Yama lets only ancestors: the launcher of ``obs run`` and its children.

The launcher is no ancestor of a service that has daemonised, and the host process, which takes stacks, is a sibling.
https://docs.kernel.org/admin-guide/LSM/Yama.html; prctl(2), PR_SET_PTRACER
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from obs.metrics.identity import start_ticks

PR_SET_PTRACER = 0x59616D61
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
RESTRICTED = "1"
"""Yama's scope in which a process may name its tracer; in the others nothing is to be named."""


class _Named:
    pid = 0
    """Of the launcher that has been named; 0: nobody."""
    permitted: ClassVar[list[int]] = []
    """Who has been permitted since, the last of whom may."""


def name(launcher: str, scope: Path = YAMA) -> bool:
    """Name the launcher, ``PID-START``, if that is needed and it still lives. Not inherited by a forked child."""
    with suppress(OSError, ValueError):
        pid, started = map(int, launcher.split("-"))
        if restricted(scope) and started and start_ticks(pid) == started and _set(pid):
            _Named.pid = pid
            return True
    return False


def permit(pid: int, scope: Path = YAMA) -> Callable[[], None] | None:
    """Let process ``pid`` and its children trace this one for a while; returns what ends that, None if it can't be.

    There is room for one: the launcher, and who was permitted before, have to wait meanwhile.
    """
    if not restricted(scope) or pid <= 0 or not _set(pid):
        return None
    _Named.permitted.append(pid)

    def undo() -> None:
        _Named.permitted.remove(pid)
        _set(_Named.permitted[-1] if _Named.permitted else _Named.pid)

    return undo


def restricted(scope: Path = YAMA) -> bool:
    """Whether a process may be traced only by whom it names, and by its ancestors."""
    try:
        return scope.read_text().strip() == RESTRICTED
    except OSError:
        return False


def _set(pid: int) -> bool:
    return not ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(pid), 0, 0, 0)
