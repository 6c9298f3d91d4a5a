"""The thread itself."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns, thread_time

from obs import native
from obs.errors import fault
from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_CPU
from obs.runtime.watch import spells
from obs.runtime.watch.ticks import Ticks

Look = Callable[[int], int]
"""``look(now)`` looks, and returns when it wants to look again, both in ``perf_counter_ns``. It lasts microseconds."""

SHORTEST, LONGEST = 2_000_000, 100_000_000
"""Nanoseconds between two looks: a look takes the GIL for some 20 µs; a heartbeat is asked for 10 times a second."""


class Thread:
    """Looks until it is stopped. A stopped one may still be on its last look while another has started."""

    def __init__(self, looks: list[Look], ticks: Ticks, beat: Callable[[int, int], object]) -> None:
        self._looks, self._ticks, self._beat = looks, ticks, beat
        self._stopping = False
        self._after = 0.0
        """How long it sleeps before it begins; 0 when it has begun."""
        self._wake = native.allocate_lock()
        self._wake.acquire()
        self._done = native.allocate_lock()
        self._done.acquire()

    def start(self, after: float = 0.0) -> None:
        """Look from now on, or when it has slept for so many seconds: it does nothing else before."""
        self._after = after
        native.start_thread(self._run)

    def begin(self) -> None:
        """Now, if it has not begun yet."""
        if self._after:
            self._after = 0.0
            self._rouse()

    @property
    def begun(self) -> bool:
        """Whether it looks, and does not sleep before its first look."""
        return not self._after

    def _rouse(self) -> None:
        if self._wake.locked():
            self._wake.release()

    def stop(self) -> None:
        """It ends at once if it sleeps, else after its look."""
        self._stopping = True
        self._rouse()

    def has_stopped(self, seconds: float) -> bool:
        """Whether it ends within ``seconds``."""
        return bool(self._done.acquire(True, seconds))  # noqa: FBT003  a lock's own signature

    def _run(self) -> None:
        try:
            if self._after:
                self._wake.acquire(True, self._after)  # noqa: FBT003  a lock's own signature
                self._after = 0.0
            self._starvation = spells.Starvation()
            self._cpu = thread_time()
            due = perf_counter_ns()
            undo = self._ticks.every(1.0, self._every_second)
            try:
                while not self._stopping:
                    due = self._look(due)
            finally:
                undo()
        except Exception:
            fault("runtime.watch")
        finally:
            self._done.release()

    def _look(self, planned: int) -> int:
        """One look, and the sleep after it; returns when it meant to wake up."""
        now = self._awake_since(planned)
        due = min(now + LONGEST, self._ticks.run(now))
        for look in self._looks:
            try:
                due = min(due, look(now))
            except Exception:
                fault("runtime.watch: a look")
        after = self._awake_since(now)  # a system call in it lets the GIL go, and has to get it back
        due = max(due, after + SHORTEST)
        self._beat(after, due)
        self._starvation.since()
        self._wake.acquire(True, (due - after) / 1e9)  # noqa: FBT003  a lock's own signature
        return due

    def _awake_since(self, expected: int) -> int:
        """The time; noted if it is much later than ``expected``. To find out why takes time, which does not count."""
        now = perf_counter_ns()
        if now - expected > spells.slack():
            spells.note(expected, now, self._starvation.since())
            return perf_counter_ns()
        return now

    def _every_second(self) -> None:
        cpu = thread_time()
        active.store().counter(OBS_SELF_CPU).add(cpu - self._cpu)
        self._cpu = cpu
