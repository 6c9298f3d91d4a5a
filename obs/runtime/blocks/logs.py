"""One line for a block that people should hear of: logger ``obs.blocks``, so often and no more."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

from obs.errors import fault
from obs.runtime.blocks.block import Block

log = logging.getLogger("obs.blocks")

OF_ONE_WORK = 10.0
"""Seconds between two lines about one work."""

A_MINUTE = 5
"""Lines about all of them."""

MOST_WORKS = 1000
"""Works of which the last line is remembered."""


class Limits:
    """Which lines may be said."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._of_work: dict[str, float] = {}
        self._last: deque[float] = deque(maxlen=A_MINUTE)
        self.suppressed = 0
        """Lines that were not, since the last that was."""

    def allow(self, work: str) -> bool:
        now = self._clock()
        full = len(self._last) == A_MINUTE and now - self._last[0] < 60.0
        if full or now - self._of_work.get(work, -OF_ONE_WORK) < OF_ONE_WORK:
            self.suppressed += 1
            return False
        if len(self._of_work) >= MOST_WORKS:
            self._of_work.clear()
        self._of_work[work] = now
        self._last.append(now)
        return True


class Log:
    """Says the lines on the loop's own thread: a handler's locks are gevent's, and no native thread may wait there."""

    def __init__(self, threshold: float, limits: Limits | None = None) -> None:
        self._threshold = threshold
        self._limits = limits or Limits()

    def offer(self, block: Block, hub: Any) -> None:
        """Log ``block`` if it is long enough and within the limits, in a greenlet of ``hub``."""
        if block.duration < self._threshold or not log.isEnabledFor(logging.WARNING):
            return
        if self._limits.allow(block.work):
            suppressed, self._limits.suppressed = self._limits.suppressed, 0
            loop = getattr(hub, "loop", None)
            if loop is not None:
                loop.run_callback_threadsafe(spawn, block, suppressed)


def spawn(block: Block, suppressed: int) -> None:
    """In the hub, which may not wait itself."""
    try:
        import gevent

        gevent.spawn(say, block, suppressed)
    except Exception:
        fault("runtime.blocks: a log line")


def say(block: Block, suppressed: int) -> None:
    """The line, and as ``obs_block`` of the log record the block as fields."""
    log.warning("%s", line(block, suppressed), extra={"obs_block": block.as_json()})


def line(block: Block, suppressed: int) -> str:
    """``loop blocked for 213 ms by GET /report in time.sleep at app.py:41 report, cpu 2 ms; 12 waited 1.80 s``."""
    parts = [f"loop blocked for {seconds(block.duration)} by {block.work}"]
    parts += [f"in {block.call}"] if block.call else []
    parts += [f"at {block.at}"] if block.at else []
    text = " ".join(parts)
    text += f", cpu {seconds(block.cpu)}" if block.cpu is not None else ""
    text += ", GIL held" if block.gil_held else ""
    text += f", trace {block.trace_id}" if block.trace_id else ""
    text += f"; {block.victims_count} waited {seconds(block.victims_seconds)}" if block.victims_count else ""
    return text + (f" (and {suppressed} not logged)" if suppressed else "")


def seconds(value: float) -> str:
    """``213 ms``, ``1.80 s``."""
    return f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s"
