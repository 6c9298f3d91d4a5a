"""The least that accounting does for blocks: sees each segment's end, and tells of the long ones."""

from __future__ import annotations

from time import perf_counter_ns, thread_time_ns
from typing import Any

import gevent
import greenlet

from obs import native
from obs.runtime import accounting, blocks, watch
from obs.work import Work, current


class Clock:
    """What blocks read of a clock."""

    charges = None
    born = -1

    def __init__(self, hub: Any) -> None:
        self.thread_id = native.original("_thread", "get_ident")()
        self.hub = hub
        self.last = self.polling = self.polled = self.stretch = perf_counter_ns()
        self.running: Work | None = current.get()
        self.idle_hub = False

    def on_polling(self) -> None:
        self.polling = perf_counter_ns()

    def on_polled(self) -> None:
        self.polled = perf_counter_ns()
        if self.polled - self.polling > 100_000:
            self.stretch = self.polled


def install() -> Clock:
    """Begin on this thread."""
    hub = gevent.get_hub()
    clock = Clock(hub)
    watchers = [hub.loop.check(), hub.loop.prepare()]
    for watcher, priority, hook in zip(
        watchers, (hub.loop.MAXPRI, hub.loop.MINPRI), (clock.on_polled, clock.on_polling), strict=True
    ):
        watcher.priority = priority
        watcher.start(hook)
    clock.watchers = watchers
    used = thread_time_ns()

    def trace(event: str, args: tuple[Any, Any]) -> None:
        nonlocal used
        start, end = clock.last, perf_counter_ns()
        work: Any = clock.running
        if clock.idle_hub:
            start, work = max(start, clock.polled), "(loop)"
        cpu = thread_time_ns()
        if end - start >= blocks.threshold_ns():
            blocks.ended(clock, work, start, end, cpu - used)
        used = cpu
        clock.running, clock.idle_hub = current.get(), args[1] is hub
        clock.last = end

    greenlet.settrace(trace)
    accounting.clocks = lambda: [clock]
    watch.start()
    return clock
