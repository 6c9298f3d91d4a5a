"""The blocks of the loop that a Work has caused, as events of its span."""

from __future__ import annotations

import sys
from typing import Any

from opentelemetry.sdk.trace import Event

from obs.errors import fault
from obs.work import Work

NAME = "loop.blocked"


def blocked(work: Work) -> list[Event]:
    """One for each, at its start: for how long, and where if a stack was taken. Empty without gevent; never raises."""
    blocks: Any = sys.modules.get("obs.runtime.blocks")
    if blocks is None:
        return []
    try:
        return [
            Event(NAME, attributes((end - start) / 1e9, blocks.top(start, end)), work.wall_ns(start / 1e9))
            for start, end in blocks.of(work)
        ]
    except Exception:
        fault("tracing: blocks of the loop")
        return []


def attributes(seconds: float, at: str) -> dict[str, Any]:
    """``obs.blocked_seconds``; ``obs.at``: ``app.py:41 report``."""
    return {"obs.blocked_seconds": seconds, **({"obs.at": at} if at else {})}
