"""What is known of a thread that has a hub: who runs in it, since when, and when its loop last slept."""

from __future__ import annotations

from typing import Any

from obs.work import Work

Segment = tuple[int, Work | str]
"""``(perf_counter_ns of its end, who ran)``: a Work, or the name of an entry such as ``(loop)``."""


class Clock:
    """One per thread with a hub, made when accounting begins there. Times are ``perf_counter_ns``.

    The tracer of that thread alone writes it (its loop watchers the three times of the poll); any thread may read it.
    """

    __slots__ = ("hub", "idle_hub", "last", "polled", "polling", "running", "segments", "stretch", "thread_id")

    thread_id: int
    """As ``_thread.get_ident`` of that native thread has it."""
    hub: Any
    """Its hub's greenlet."""
    last: int
    """The last switch: when who runs now began to."""
    running: Work | None
    """Whose greenlet holds the loop since :attr:`last`; None while it is nobody's."""
    idle_hub: bool
    """Whether the hub itself holds it: its callbacks and dispatch, or the poll."""
    polling: int
    """When the loop last went into its poll. Written by the loop watchers, as are the next two."""
    polled: int
    """When it last came back from one."""
    stretch: int
    """The start of the busy stretch that is going on: the last :attr:`polled` after a poll that had really slept."""
    segments: list[Segment]
    """What has run in this stretch, in order. The tracer appends; the loop watchers clear it when the loop has slept."""

    def __init__(self, thread_id: int, hub: Any, now: int) -> None:
        self.thread_id = thread_id
        self.hub = hub
        self.last = self.polling = self.polled = self.stretch = now
        self.running = None
        self.idle_hub = False
        self.segments = []


_clocks: dict[int, Clock] = {}
"""By thread."""


def clocks() -> list[Clock]:
    """The clocks of this process; empty where nothing is accounted."""
    return list(_clocks.values())
