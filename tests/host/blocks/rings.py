"""Rings of processes that never were, for the tests."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter_ns, time
from typing import Any

from obs.metrics.folder import make_private
from obs.metrics.identity import Identity
from obs.metrics.ring import Ring, Word
from obs.runtime.blocks.block import Block, Stack

SECOND = 10**9


def now() -> int:
    return perf_counter_ns()


def ring(folder: Path, service: str = "shop", role: Any = "service", pid: int | None = None) -> Ring:
    """A ring as a process of that service opens it; it lives until it is closed."""
    identity = Identity(service).describe(role, "") | ({"pid": pid, "started": 0} if pid else {})
    made = Ring(make_private(folder), identity, size=16384)
    made.words[Word.BEAT] = now()
    return made


def block(of: Ring, ago: float, duration: float, work: str = "GET /", **fields: Any) -> Block:
    """A block that began ``ago`` seconds ago."""
    fields = {"ended": True, "pid": os.getpid(), "service": "shop", "ring": of.id, **fields}
    return Block(start=time() - ago, start_ns=now() - int(ago * SECOND), duration=duration, work=work, **fields)


def seen(own: Block, after: float, *frames: str, **fields: Any) -> Block:
    """What the watchdog outside has seen of ``own``, so many seconds after its start."""
    from dataclasses import replace

    at = own.start_ns + int(after * SECOND)
    stacks = (Stack(after, frames, outside=True),) if frames else ()
    return replace(own, **{"duration": after, "ended": False, "seen_ns": at, "stacks": stacks, **fields})
