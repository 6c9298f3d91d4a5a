"""When blocks are recorded: what the rest of obs calls."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from obs.config import Config
from obs.errors import fault
from obs.metrics import forks
from obs.runtime import watch
from obs.runtime.blocks import ptracer
from obs.runtime.blocks.describe import Segment
from obs.runtime.blocks.recorder import Recorder
from obs.work import Work

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock

NEVER = 1 << 62

MOST = 1000
"""Ended blocks that may wait for the watching thread: a second of them, if each is 1 ms long."""

MOST_OF_WORK = 16
"""Blocks of one Work that its span tells of."""

Times = tuple[int, int]
"""Start and end of a block, in ``perf_counter_ns``."""


class _Life:
    """Whether blocks are recorded in this process."""

    def __init__(self) -> None:
        self.recorder: Recorder | None = None
        self.threshold = NEVER
        self.works: WeakKeyDictionary[Work, tuple[Times, ...]] = WeakKeyDictionary()
        self.launcher = ""
        self.undo: Callable[[], None] = self.works.clear

    def install(self, config: Config) -> None:
        if self.recorder is None and config.block > 0:
            self.threshold = round(config.block * 1e9)
            self.recorder = recorder = Recorder(config, self.threshold)
            self.undo = watch.looking(recorder.look, recorder.beat)
            self.launcher = config.launcher
            ptracer.name(self.launcher)
            forks.follow(self)
            atexit.register(self.uninstall)

    def uninstall(self) -> None:
        recorder, self.recorder, self.threshold = self.recorder, None, NEVER
        if recorder is not None:
            self.undo()
            atexit.unregister(self.uninstall)
            recorder.finish()
        self.works.clear()

    def become_child(self, *, lasting: bool) -> None:
        """What its parent has seen is the parent's to tell."""
        self.works.clear()
        if self.recorder is not None:
            self.recorder.forget()
            if lasting:
                ptracer.name(self.launcher)


_life = _Life()


def install(config: Config) -> None:
    """Record blocks from now on, into the run folder of the process's store. Idempotent. Starts no thread."""
    _life.install(config)


def uninstall() -> None:
    """Record no more; what has ended is written, and the ring is left to its readers. Idempotent."""
    _life.uninstall()


def threshold_ns() -> int:
    """From how many nanoseconds on a segment is a block (OBS_BLOCK); more than any is if blocks are not recorded."""
    return _life.threshold


def ended(clock: Clock, work: Work | str | None, start_ns: int, end_ns: int, cpu_ns: int | None) -> None:
    """A segment of at least :func:`threshold_ns` has ended. For the accounting, on the loop. Never raises, never waits.

    ``work``: whose it was; an entry's name such as ``(after) GET /``, or None for the loop's own. ``cpu_ns``: what the
    thread used of a CPU meanwhile, None if that is not known.
    """
    try:
        recorder = _life.recorder
        if recorder is None or clock.polling == clock.born:  # no loop has run yet: imports, at the start
            return
        recorder.take(clock, Segment(work, start_ns, end_ns, cpu_ns))
        if isinstance(work, Work):
            before = _life.works.get(work, ())
            if len(before) < MOST_OF_WORK:
                _life.works[work] = (*before, (start_ns, end_ns))
    except Exception:
        fault("runtime.blocks")


def polls(clock: Clock, now: int) -> None:
    """The loop goes into its poll: what its hub has run by itself up to ``now`` ends here, without a switch."""
    start = max(clock.last, clock.polled)
    if now - start >= _life.threshold and clock.idle_hub:
        ended(clock, None, start, now, None)


def of(work: Work) -> tuple[Times, ...]:
    """The blocks that a Work has caused so far, as far as the accounting has seen their end; a few at most."""
    return _life.works.get(work, ())


def top(start_ns: int, end_ns: int) -> str:
    """Where a block was, if a stack of it has been taken: the innermost frame of the service's own."""
    return _life.recorder.top(start_ns, end_ns) if _life.recorder else ""
