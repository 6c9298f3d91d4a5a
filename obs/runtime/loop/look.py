"""What is looked at once a second, from a native thread: it reads plain attributes, and waits for nothing."""

from __future__ import annotations

from obs.metrics import catalog
from obs.metrics.store import Store
from obs.runtime.loop import table
from obs.runtime.loop.census import Census
from obs.runtime.loop.pools import Pools
from obs.runtime.loop.watched import Watched


class Look:
    """Brings the metrics of loops, greenlets and thread pools up to date."""

    def __init__(self, store: Store, census: Census, pools: Pools) -> None:
        self._census, self._pools = census, pools
        self._greenlets = [store.gauge(catalog.OBS_GREENLETS, state) for state in ("running", "ready", "waiting")]
        gauges = (catalog.OBS_THREADPOOL_SIZE, catalog.OBS_THREADPOOL_THREADS, catalog.OBS_THREADPOOL_QUEUE)
        self._threadpools = [store.gauge(metric) for metric in gauges]

    def __call__(self) -> None:
        loops = table.watched()
        table.settle()
        self._count_greenlets(loops)
        for gauge, value in zip(self._threadpools, self._pools.read(loop.clock.hub for loop in loops), strict=True):
            gauge.set(float(value))
        for loop in loops[:1]:
            if not loop.errands:
                loop.errands += [*self._census.sweeps(), self._pools.forget]

    def _count_greenlets(self, loops: list[Watched]) -> None:
        """The line may hold callbacks that are no greenlets, so the sum is kept to those alive."""
        alive = self._census.alive
        running = min(sum(not loop.asleep for loop in loops), alive)
        ready = min(sum(loop.ready for loop in loops), alive - running)
        for gauge, value in zip(self._greenlets, (running, ready, alive - running - ready), strict=True):
            gauge.set(float(value))

    def clear(self) -> None:
        """Leave the gauges at zero: nobody looks any more."""
        for gauge in (*self._greenlets, *self._threadpools):
            gauge.set(0.0)
