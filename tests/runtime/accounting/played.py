"""What scenes are made of: works opened by hand, CPU burnt, loops held. A plain module beside the target programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from obs import errors, native
from obs.runtime import accounting
from obs.runtime.accounting import entries
from obs.work import Work, current

hold = native.original("time", "sleep")
"""Hold the loop for so many seconds, without using CPU."""


def burn(seconds: float) -> None:
    """Use that much of this thread's CPU."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def begin(name: str, kind: Any = "job") -> Work:
    work = Work(kind, name)
    work.parent = current.get()
    current.set(work)
    accounting.opened(work)
    return work


def finish(work: Work) -> None:
    work.ended = time.perf_counter()
    if current.get() is work:
        current.set(work.parent)
    accounting.closed(work)


@contextmanager
def work(name: str) -> Iterator[Work]:
    opened = begin(name)
    try:
        yield opened
    finally:
        finish(opened)


def clocks(work: Work) -> dict[str, float]:
    """Seconds by state, and the duration."""
    return {
        **{state: getattr(work, state) for state in ("cpu", "held", "delay", "wait")},
        "duration": work.duration,
    }


def counted() -> dict[str, list[float]]:
    """All seconds that are counted, by the names of works: cpu, held, delay, wait. Ends accounting."""
    accounting.uninstall()
    return {entry.name: list(entry.used) for entry in entries.entries.values()}


def say(found: Any) -> None:
    """Print it, and fail if obs had a fault of its own."""
    assert not errors.faults, errors.faults
    json.dump(found, sys.stdout)
