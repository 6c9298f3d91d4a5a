"""gevent's native thread pools: every hub's own, and those that the service makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter_ns
from typing import Any, NamedTuple

from obs.errors import fault
from obs.labels import hide_frame
from obs.metrics.store import Histogram
from obs.runtime.carry import Looking


class Reading(NamedTuple):
    """What some pools are like now."""

    size: int
    threads: int
    queue: int
    """Tasks that have not ended."""


class Pools:
    """The pools that have been given a task, and how long tasks wait in them."""

    def __init__(self, waits: Histogram) -> None:
        self._waits = waits
        self._seen: set[Any] = set()

    def submitting(self, pool: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        """What to give ``pool`` in place of ``call``, so that its wait counts from now on to its start."""
        try:
            self._seen.add(pool)
            return Looking(_start, call, perf_counter_ns(), self._waits)
        except Exception:
            fault("loop.pools")
            return call

    def read(self, hubs: Iterable[Any]) -> Reading:
        """The sums over all pools. Reads plain attributes only: any thread may."""
        pools = {pool for pool in (*self._seen, *(hub._threadpool for hub in hubs)) if pool is not None}  # noqa: SLF001
        return Reading(
            sum(pool._maxsize for pool in pools),  # noqa: SLF001
            sum(len(pool._worker_greenlets) for pool in pools),  # noqa: SLF001
            sum(pool.task_queue.unfinished_tasks for pool in pools),
        )

    def forget(self) -> None:
        """Let go of pools without threads: those with some are kept alive by them. On the loop's thread."""
        self._seen = {pool for pool in self._seen if pool._worker_greenlets}  # noqa: SLF001


def _start(call: Callable[..., Any], submitted: int, waits: Histogram, /, *args: Any, **kwargs: Any) -> Any:
    """Run the task in its thread."""
    try:
        waits.observe((perf_counter_ns() - submitted) / 1e9)
    except Exception:
        fault("loop.pools")
    try:
        return call(*args, **kwargs)
    except BaseException as error:
        hide_frame(error)
        raise
