"""What the watching thread does about blocks: takes stacks while one lasts, and makes its record when all is known."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from obs import native
from obs.config import Config
from obs.errors import fault
from obs.metrics import active
from obs.metrics.catalog import OBS_LOOP_BLOCKED, OBS_LOOP_BLOCKS, OBS_SELF_DROPPED_BLOCKS
from obs.metrics.identity import Identity
from obs.runtime import accounting, interference, watch
from obs.runtime.blocks import calls, known, shots
from obs.runtime.blocks.block import Block, Victim
from obs.runtime.blocks.course import Course, running
from obs.runtime.blocks.describe import Segment, describe, names, where
from obs.runtime.blocks.file import File
from obs.runtime.blocks.logs import Log
from obs.runtime.blocks.shots import Shot

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock

COMPLETE_NS = 1_000_000_000
"""After its end: its victims are known when they have run again."""

SETTLED_NS = 100_000_000
"""The same if the loop has slept since: then everybody has run."""

AT_ONCE = 4
"""Records made in one look: the first of a place in the code costs half a millisecond, with the GIL in hand."""

PAUSE_NS = 5_000_000
"""Between two such looks."""

END_NS = 5_000_000
"""What is not to be taken for the middle of a block."""

MOST = 1000
"""Blocks that may wait for their record: 20 s of nothing but blocks of 20 ms."""

MOST_VICTIMS = 10
"""Named in a record; the others are in its sums."""

PATIENCE = 0.2
"""Seconds that the end of the process waits for a look that is under way."""


class Pending(NamedTuple):
    """A block that has ended, until its record is made."""

    clock: Clock
    segment: Segment
    seen: list[Shot]


class Recorder:
    """One process's blocks. Only :meth:`take` runs on the loop."""

    def __init__(self, config: Config, threshold: int) -> None:
        self._threshold = threshold
        self._identity = Identity(config.service, config.env, config.version)
        self._log = Log(config.block_log)
        self._begin()

    def forget(self) -> None:
        """In a forked child: what the parent has seen is the parent's to tell, and the ring is the parent's."""
        self._file.close()
        self._begin()

    def _begin(self) -> None:
        self._lock = native.allocate_lock()
        self._ended: deque[tuple[Clock, Segment]] = deque()
        self._pending: deque[Pending] = deque()
        self._courses: dict[int, Course] = {}
        self._looks: deque[int] = deque(maxlen=256)
        self._file = File(self._identity)
        self._noted: tuple[int, int] | None = None

    def take(self, clock: Clock, segment: Segment) -> None:
        """A block has ended. On the loop: 0.3 µs."""
        if len(self._ended) < MOST:
            self._ended.append((clock, segment))
        else:
            active.store().counter(OBS_SELF_DROPPED_BLOCKS, "queue_full").add(1.0)

    # -- on the watching thread --

    def look(self, now: int) -> int:
        """Take stacks, note what has ended, make the records that are due; returns when to look again."""
        with self._lock:
            self._looks.append(now)
            due = self._follow(now)
            while self._ended:
                self._count(*self._ended.popleft())
                due = min(due, now + 2 * self._threshold)
            return min(due, self._complete(now))

    def beat(self, now: int, due: int) -> None:
        """A sign of life, for the watchdog outside."""
        with self._lock:
            self._file.beat(now, due)

    def _follow(self, now: int) -> int:
        """Look at every loop, and tell in shared memory of the one that has been blocked for longest."""
        due, lasting = now + 10**9, None
        for clock in accounting.clocks():
            course = self._courses.get(clock.thread_id)
            if course is None or course.clock is not clock:
                course = self._courses[clock.thread_id] = Course(clock, self._threshold)
            due = min(due, course.look(now))
            if course.count and (lasting is None or course.since < lasting.since):
                lasting = course
        self._note(lasting, now)
        return due

    def _note(self, course: Course | None, now: int) -> None:
        """What is known of a block that lasts, in case that the process never ends it."""
        noted = (course.since, course.count) if course else None
        if noted == self._noted:
            return
        self._noted = noted
        if course is None:
            self._file.note(None)
            return
        clock, seen = course.clock, course.between(course.since, now)
        block = describe(Segment(running(clock)[1], course.since, now, None), seen, ended=False)
        self._file.note(self._signed(block, clock))

    def _count(self, clock: Clock, segment: Segment) -> None:
        store, work = active.store(), names(segment.work)["work"]
        store.counter(OBS_LOOP_BLOCKS, work).add(1.0)
        store.counter(OBS_LOOP_BLOCKED, work).add((segment.end_ns - segment.start_ns) / 1e9)
        course = self._courses.get(clock.thread_id)
        seen = course.between(segment.start_ns, segment.end_ns) if course else []
        if course:
            course.alert(segment.end_ns)
        if len(self._pending) < MOST:
            self._pending.append(Pending(clock, segment, seen))
        else:
            store.counter(OBS_SELF_DROPPED_BLOCKS, "queue_full").add(1.0)

    def _gil_held(self, segment: Segment) -> bool | None:
        """Whether no look was possible in it; None if none was due. Not known before the look after it is over.

        A look that lacks a CPU is no sign. But Python code gives the GIL away and waits until it is taken: what goes on
        using a CPU meanwhile holds it.
        """
        start, end = segment.start_ns, segment.end_ns
        prevented, by_gil = watch.could_not_run(start, end)
        if 2 * (segment.cpu_ns or 0) < end - start:
            prevented = by_gil
        # A call that holds the GIL gives it away as it returns, still within the block.
        looked = any(start < at < end - max(END_NS, (end - start) // 20) for at in self._looks)
        if 2 * prevented >= end - start or (prevented and not looked):
            return True
        return False if looked else None

    def _complete(self, now: int) -> int:
        """Make the records that are due, some at a time; returns when the next one will be."""
        for _ in range(AT_ONCE):
            if not self._pending:
                return now + 10**9
            if (due := due_at(self._pending[0])) > now:
                return due
            self._record(self._pending.popleft())
        return now + PAUSE_NS

    def _record(self, pending: Pending) -> None:
        try:
            block = self._block(pending)
            self._file.append(block)
            self._log.offer(block, pending.clock.hub)
        except Exception:
            fault("runtime.blocks: a record")

    def _block(self, pending: Pending) -> Block:
        victims, gil_held = hurt(pending), self._gil_held(pending.segment)
        seen = [shot for shot in pending.seen if not (gil_held and after_all(shot))]
        block = replace(
            self._signed(describe(pending.segment, seen), pending.clock),
            gil_held=gil_held,
            victims=tuple(Victim(*victim) for victim in victims[:MOST_VICTIMS]),
            victims_count=sum(victim[1] for victim in victims),
            victims_seconds=round(sum(victim[2] for victim in victims), 6),
        )
        return block if seen and not gil_held else self._completed(block)

    def _completed(self, block: Block) -> Block:
        """With what was seen of it from outside."""
        try:
            return self._file.complete(block)
        except Exception:
            fault("runtime.blocks: what was seen from outside")
            return block

    def _signed(self, block: Block, clock: Clock) -> Block:
        """With whose process and thread it is."""
        service, thread = self._identity.service, thread_name(clock)
        return replace(block, service=service, pid=os.getpid(), thread=thread, ring=self._file.id)

    # -- for others --

    def top(self, start_ns: int, end_ns: int) -> str:
        """The innermost frame of the service's own in the first stack of a block; empty if there is none."""
        for course in list(self._courses.values()):
            for shot in course.between(start_ns, end_ns):
                places = shots.service(shot.places)
                return where(shots.own(place.frame for place in places), places)
        return ""

    def finish(self) -> None:
        """Make every record that is left, now: the process ends, or obs is turned off."""
        if not self._lock.acquire(True, PATIENCE):  # noqa: FBT003  a lock's own signature
            return
        try:
            while self._ended:
                self._count(*self._ended.popleft())
            while self._pending:
                self._record(self._pending.popleft())
            self._file.close()
        except Exception:
            fault("runtime.blocks: the last records")
        finally:
            self._lock.release()


def after_all(shot: Shot) -> bool:
    """Whether a stack of a block that held the GIL is of what came after: of the first call that let it go."""
    places = shots.service(shot.places)
    return bool(places) and calls.at(places[0]).kind in known.LETTING_GO


def hurt(pending: Pending) -> list[tuple[str, int, float]]:
    """Who waited for it: name, how many times, seconds; the worst hurt first."""
    try:
        return interference.victims(pending.segment.start_ns, pending.segment.end_ns, pending.clock)
    except Exception:
        fault("runtime.blocks: victims")
        return []


def thread_name(clock: Clock) -> str:
    """As ``threading`` has it, which under gevent doesn't know the main thread by its native ident; else the ident."""
    if getattr(getattr(clock.hub, "loop", None), "default", False):
        return "MainThread"
    return native.thread_name(clock.thread_id) or str(clock.thread_id)


def due_at(pending: Pending) -> int:
    """When a record is to be made."""
    end = pending.segment.end_ns
    return end + (SETTLED_NS if pending.clock.stretch > end else COMPLETE_NS)
