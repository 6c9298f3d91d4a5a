"""What the kernel knows of a service's processes, read from ``/proc`` by whoever scrapes, outside of them.

The CPU time goes into the process's own file, as if it had recorded it: so it outlives the process, is folded once like
every counter, and a host process that starts again loses nothing. The rest is gone when the process is.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from obs.metrics.catalog import (
    OBS_PROCESSES,
    OBS_SELF_CPU,
    PROCESS_CPU,
    PROCESS_MAX_FDS,
    PROCESS_OPEN_FDS,
    PROCESS_RESIDENT_MEMORY,
    PROCESS_START_TIME,
    PROCESS_VIRTUAL_MEMORY,
)
from obs.metrics.identity import pid_namespace
from obs.metrics.metric import Metric
from obs.metrics.source import FileSource

PROC = Path("/proc")
_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_CELL = struct.Struct("d")


def cpu_metric(role: str) -> Metric:
    """Where a process's CPU time is counted: obs's own processes are not the service's cost."""
    return OBS_SELF_CPU if role == "host" else PROCESS_CPU


def observe(source: FileSource, proc: Path = PROC) -> dict[Metric, float]:
    """Note a living process's CPU time in its file; returns its gauges. Empty if ``/proc`` doesn't show it to us."""
    process = source.directory.process
    stat = _stat(process, proc)
    if not stat:
        return {}
    _note_cpu(source, _cpu(stat, process.get("role", "service")))
    if process.get("role") == "host":
        return {}
    return {OBS_PROCESSES: 1.0, **_memory(stat), **_start(stat, proc), **_fds(proc / str(process["pid"]))}


def _stat(process: dict[str, Any], proc: Path) -> list[bytes]:
    """The fields of ``/proc/PID/stat`` from the third on (proc(5)), if PID is still the process that wrote the file."""
    if not process.get("started") or process.get("namespace") != pid_namespace():
        return []
    try:
        fields = (proc / str(process["pid"]) / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return []
    return fields if len(fields) > 21 and int(fields[19]) == process["started"] else []


def _cpu(stat: list[bytes], role: str) -> float:
    """Seconds of user and system time; of obs's host process with those of what it has started, such as py-spy."""
    return sum(map(int, stat[11 : 15 if role == "host" else 13])) * _TICK


def _note_cpu(source: FileSource, seconds: float) -> None:
    metric = cpu_metric(source.directory.process.get("role", "service"))
    for key, start in zip(source.directory.series, source.directory.starts, strict=True):
        if key.metric.name == metric.name:
            if seconds > key.unpack(source.buffer, start)[0]:
                # A slice is copied whole; struct.pack_into would write zeros first, and another reader see them.
                source.buffer[start : start + 8] = _CELL.pack(seconds)
            return


def _memory(stat: list[bytes]) -> dict[Metric, float]:
    return {PROCESS_VIRTUAL_MEMORY: float(stat[20]), PROCESS_RESIDENT_MEMORY: float(stat[21]) * _PAGE}


def _start(stat: list[bytes], proc: Path) -> dict[Metric, float]:
    for line in _lines(proc / "stat"):
        if line.startswith(b"btime "):
            return {PROCESS_START_TIME: int(line.split()[1]) + int(stat[19]) * _TICK}
    return {}


def _fds(folder: Path) -> dict[Metric, float]:
    """Both or neither: another user's can't be listed."""
    try:
        found = {PROCESS_OPEN_FDS: float(len(os.listdir(folder / "fd")))}  # noqa: PTH208  iterdir makes a Path of each
    except OSError:
        return {}
    for line in _lines(folder / "limits"):
        if line.startswith(b"Max open files"):
            limit = line.split()[3]
            found[PROCESS_MAX_FDS] = float("inf") if limit == b"unlimited" else float(limit)
    return found


def _lines(path: Path) -> Iterator[bytes]:
    try:
        yield from path.read_bytes().splitlines()
    except OSError:
        return


Observe = Callable[[FileSource], dict[Metric, float]]
