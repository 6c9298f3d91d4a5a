"""CPU that other processes use, from Linux's /proc."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def cpu_ns(pid: int, proc: Path = PROC) -> int:
    """CPU of a process so far, in ns: all its living threads' time on a core. 0 once it is gone, or without /proc.

    ``schedstat`` counts in ns where ``stat`` counts in ticks of 10 ms: half a per cent of a round of two seconds.
    https://docs.kernel.org/scheduler/sched-stats.html
    """
    total = 0
    for thread in proc.glob(f"{pid}/task/*/schedstat"):
        try:
            total += int(thread.read_text().split()[0])
        except OSError:
            continue  # the thread ended meanwhile
    return total


def descendants(pid: int, proc: Path = PROC) -> list[int]:
    """``pid`` and its children, and theirs."""
    found = [pid]
    for parent in found:
        for listed in proc.glob(f"{parent}/task/*/children"):
            try:
                found.extend(int(child) for child in listed.read_text().split())
            except OSError:
                continue
    return found
