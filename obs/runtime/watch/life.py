"""When the thread runs: from the first hub to the end, again in a child that lasts, never where workers are forked.

No fork finds it running: what a thread holds at that moment is held in the child for ever, and from 3.12 on the
interpreter warns of it. It is ended before, and started again after.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache, partial
from types import FrameType
from typing import Any

from obs.errors import fault
from obs.metrics import forks
from obs.runtime.watch.spells import spells
from obs.runtime.watch.thread import Look, Thread
from obs.runtime.watch.ticks import Ticks, Undo

PATIENCE = 0.05
"""Seconds that a fork waits for the thread's look to end. One takes 20 µs, and rarely more than a millisecond."""


class Life:
    """The process's one thread, and what it is to do."""

    def __init__(self) -> None:
        self.thread: Thread | None = None
        self.wanted = self.interrupted = False
        self.looks: list[Look] = []
        self.ticks = Ticks()
        self.beats: list[Callable[[int, int], object]] = []

    def start(self, *, late: bool = False) -> None:
        self.wanted = True
        if self.thread is None and not forks_workers():
            _follow_forks()
            self.thread = Thread(self.looks, self.ticks, self.beat)
            self.thread.start(forks.LATE if late and forks.is_brief() else 0.0)
        elif self.thread is not None and not late:
            self.thread.begin()

    def stop(self) -> None:
        self.wanted = False
        thread, self.thread = self.thread, None
        if thread is not None:
            thread.stop()

    def beat(self, now: int, due: int) -> None:
        for tell in self.beats:
            tell(now, due)

    def before_fork(self) -> None:
        thread, self.thread = self.thread, None
        self.interrupted = thread is not None
        if thread is not None:
            thread.stop()
            thread.has_stopped(PATIENCE)

    def after_fork(self) -> None:
        """In the parent. The interpreter looks for threads after this: so in the loop's next turn, if there is one."""
        if self.wanted and self.interrupted:
            loop = current_loop()
            if loop is not None:
                loop.run_callback_threadsafe(start)
            else:
                self.start()

    def become_child(self, *, lasting: bool) -> None:
        """After a fork there is no thread; one that is about to become a command gets none."""
        self.thread = None
        spells.clear()
        if lasting and self.wanted:
            self.start(late=True)


_life = Life()


@cache
def _follow_forks() -> None:
    forks.follow(_life)
    os.register_at_fork(
        before=partial(_contained, _life.before_fork), after_in_parent=partial(_contained, _life.after_fork)
    )


def _contained(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:
        fault("runtime.watch: a fork")


def current_loop() -> Any:
    """The loop of this thread's hub; None if it has none."""
    local = sys.modules.get("gevent._hub_local")
    hub = local.get_hub_if_exists() if local is not None else None
    return getattr(hub, "loop", None)


def start(*, late: bool = False) -> None:
    """Let the thread run from now on, if this process is not one that only forks workers. Idempotent; never raises.

    ``late``: in a child that was forked for one job it may sleep first (:mod:`obs.metrics.forks`).
    """
    try:
        _life.start(late=late)
    except Exception:
        fault("runtime.watch: its start")


def runs() -> bool:
    """Whether the thread runs, and will do what it was asked to at its next tick."""
    thread = _life.thread
    return thread is not None and thread.begun


def stop() -> None:
    """End the thread, without waiting for it. Idempotent."""
    _life.stop()


def every(seconds: float, call: Callable[[], object]) -> Undo:
    """Call it every so many seconds on the thread, when that runs; returns what ends it.

    It holds the GIL, so it lasts well under a millisecond; what it raises is contained.
    """
    return _life.ticks.every(seconds, call)


def looking(look: Look, beat: Callable[[int, int], object]) -> Undo:
    """Let ``look(now)`` decide when the thread looks again, and tell ``beat(now, due)`` each time before it sleeps."""
    _life.looks.append(look)
    _life.beats.append(beat)

    def undo() -> None:
        if look in _life.looks:
            _life.looks.remove(look)
            _life.beats.remove(beat)

    return undo


def forks_workers() -> bool:
    """Whether this is gunicorn's arbiter: a worker's main thread, and its fork, run under ``Arbiter.spawn_worker``.

    A thread in the arbiter would be lost in each fork, with what it holds, and 3.12 warns of it.
    """
    if "gunicorn.arbiter" not in sys.modules:
        return False
    frames = [sys._getframe(), *sys._current_frames().values()]  # noqa: SLF001  the first Work may be on a pool's thread
    return not any(under("spawn_worker", frame) for frame in frames)


def under(name: str, frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_name != name:
        frame = frame.f_back
    return frame is not None
