"""What is done every so many seconds on the watching thread."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns

from obs.errors import fault
from obs.runtime.holds import hold

Undo = Callable[[], None]


class Tick:
    """One thing, and when it is due. Times are ``perf_counter_ns``."""

    __slots__ = ("call", "due", "interval")

    def __init__(self, interval: int, call: Callable[[], object], now: int) -> None:
        self.interval = interval
        self.call = call
        self.due = _aligned(now, interval)


def _aligned(now: int, interval: int) -> int:
    """The next multiple of ``interval``: what is done as often is done together, for each time costs a fight for the
    GIL, a millisecond on a busy loop."""
    return (now // interval + 1) * interval


class Ticks:
    """Calls each when it is due. Never raises; a call that takes longer than its interval is not made up for."""

    def __init__(self) -> None:
        self._ticks: list[Tick] = []

    def every(self, seconds: float, call: Callable[[], object]) -> Undo:
        """Call it from now on; returns what ends that. Any thread may ask."""
        tick = Tick(int(seconds * 1e9), call, perf_counter_ns())
        self._ticks = [*self._ticks, tick]
        return lambda: self._drop(tick)

    def _drop(self, tick: Tick) -> None:
        self._ticks = [other for other in self._ticks if other is not tick]

    def run(self, now: int) -> int:
        """Call what is due at ``now``; returns when the next will be."""
        for tick in self._ticks:
            if tick.due <= now:
                tick.due = _aligned(now, tick.interval)
                try:
                    hold(tick.call)
                except Exception:
                    name = getattr(tick.call, "__qualname__", repr(tick.call))
                    fault(f"a tick of the watch: {name}")
        return min((tick.due for tick in self._ticks), default=now + 10**9)
