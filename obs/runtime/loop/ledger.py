"""What of a loop has been counted in the metrics so far: brought up to date once a second, from outside the loop."""

from __future__ import annotations

from collections.abc import Callable

from obs.metrics import catalog
from obs.metrics.store import Store
from obs.runtime.loop.delay import STEP_NS, Delays
from obs.runtime.loop.watched import Totals, Watched


class Counters:
    """The series that all loops of the process are counted in."""

    def __init__(self, store: Store) -> None:
        self.busy = store.counter(catalog.OBS_LOOP_SECONDS, "busy")
        self.idle = store.counter(catalog.OBS_LOOP_SECONDS, "idle")
        self.turns = store.counter(catalog.OBS_LOOP_ITERATIONS)
        self.delays = Delays(store.histogram(catalog.OBS_LOOP_DELAY))


class Ledger:
    """One loop's account. Counting in the hooks would double their cost, and a loop that sleeps counted nothing."""

    def __init__(self, watched: Watched, counters: Counters, thread: Callable[[], object]) -> None:
        self.watched = watched
        self.thread = thread
        """Tells None when the loop's thread has ended."""
        self._counters = counters
        self._counted = Totals(0, 0, 0)

    def settle(self, now: int) -> None:
        """Count what is new at ``now``. By one thread at a time."""
        counted, counters = self._counted, self._counters
        # A reading may be short of a turn, and a later one is not: what was counted is never taken back.
        totals = self._counted = Totals(*map(max, counted, self.watched.totals(now)))
        busy, idle = (totals.busy - counted.busy) / 1e9, (totals.idle - counted.idle) / 1e9
        counters.busy.add(busy)
        counters.idle.add(idle)
        counters.turns.add(float(totals.turns - counted.turns))
        counters.delays.observe_none(totals.idle // STEP_NS - counted.idle // STEP_NS)

    def restart(self) -> None:
        """Begin at zero, with the loop, in a forked child."""
        self.watched.restart()
        self._counted = Totals(0, 0, 0)
