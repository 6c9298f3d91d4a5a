"""Threads of pools that have nothing to do: they wait in the place where they get their next task."""

from __future__ import annotations

from types import FrameType

IDLE = frozenset(
    (
        ("gevent.threadpool", "_WorkerGreenlet.run"),  # within the queue's own frames
        ("concurrent.futures.thread", "_worker"),  # its queue is of C
    )
)
"""The module and the function in which such a thread waits for a task."""

WITHIN = ("gevent._threading", "queue", "threading")
"""Modules of the queues that they wait in."""


def is_idle(frame: FrameType | None) -> bool:
    """Whether the thread whose innermost frame this is waits for a task."""
    while frame is not None and frame.f_globals.get("__name__") in WITHIN:
        frame = frame.f_back
    return frame is not None and (frame.f_globals.get("__name__"), frame.f_code.co_qualname) in IDLE
