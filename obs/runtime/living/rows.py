"""A row for each greenlet and thread, made one at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any, TypedDict

from obs.native import original, thread_name
from obs.runtime import waits
from obs.runtime.accounting import Clock, clocks
from obs.runtime.living import greenlets, pooled
from obs.runtime.living.greenlets import State
from obs.runtime.living.lent import Lent
from obs.runtime.living.line import in_line
from obs.runtime.living.parked import last_ran
from obs.runtime.living.stacks import Stacks
from obs.runtime.living.who import Who, everybody, unknown
from obs.runtime.native_threads import began
from obs.work import Work

OURS = str(Path(__file__).parents[2])
"""The folder of obs."""


class Row(TypedDict, total=False):
    """What is known of one; what isn't, is left out. Seconds are up to the moment of the look."""

    id: str
    """As its repr has it."""
    kind: str
    """``Greenlet``, or the class that it is of; ``thread`` for a native thread."""
    role: str
    """``hub`` or ``main``; ``pool`` for a thread pool's that has nothing to do."""
    name: str
    state: State
    work: str
    trace: str
    """32 hex digits, if somebody has asked for the Work's trace."""
    since: float
    """Seconds in this state; for one that waits: since its Work last ran, so at least."""
    work_age: float
    age: float
    """Seconds since it was started."""
    on: str
    """What it waits for."""
    stack: int
    spawned_by: str
    spawned_at: int


class Rows:
    """Makes rows while it remembers what it has seen."""

    def __init__(self, stacks: Stacks, lent: Lent) -> None:
        self._stacks, self._lent = stacks, lent
        self._line: dict[int, int] = {}
        self._ran: set[int] = set()
        """Threads whose running greenlet has been met."""

    def all(self, *, scan: bool) -> Iterator[Row | None]:
        """Every row; None for a step that gave none."""
        for clock in clocks():
            for greenlet, stamp in in_line(clock.hub.loop):
                self._line[greenlet] = stamp
                yield None
        yield from map(self._row, everybody())
        yield from map(self._row, unknown() if scan else ())
        yield from self._threads()

    def _row(self, who: Who) -> Row:
        greenlet = self._lent.hold(who.greenlet)
        state, frame = greenlets.state(greenlet)
        row = Row(id=hex(id(greenlet)), kind=type(greenlet).__name__, state=state)
        if who.role:
            row["role"] = who.role
        if given := greenlets.name(greenlet):
            row["name"] = given
        if who.started:
            row["age"] = _ago(who.started)
        self._spawn(row, greenlet)
        if state == "running":
            self._runs(row, greenlet, who)
        elif state != "dead":
            self._parks(row, greenlet, frame)
        return row

    def _spawn(self, row: Row, greenlet: Any) -> None:
        spawner = greenlets.spawner(greenlet)
        if spawner is not None:
            self._lent.hold(spawner)
            row["spawned_by"] = greenlets.name(spawner) or hex(id(spawner))
        place = greenlets.spawned_at(greenlet, OURS)
        if place is not None:
            row["spawned_at"] = self._stacks.add_code(*place)

    def _parks(self, row: Row, greenlet: Any, frame: FrameType | None) -> None:
        work = greenlets.work_of(greenlet)
        since = last_ran(work)
        if id(greenlet) in self._line and row["state"] == "waiting":
            row["state"] = "ready"
            since = self._line[id(greenlet)] / 1e9
        _serves(row, work)
        if since and frame is not None:
            row["since"] = _ago(since)
        if frame is not None:
            row["stack"] = self._stacks.add(self._lent.hold(frame))
            if row["state"] == "waiting":
                row["on"] = "(loop)" if row.get("role") == "hub" else waits.classify(frame)
        elif (code := greenlets.begins(greenlet)) is not None:
            row["stack"] = self._stacks.add_code(code, code.co_firstlineno)

    def _runs(self, row: Row, greenlet: Any, who: Who) -> None:
        """The one that runs in its thread: that thread's stack is its own."""
        hub = greenlet if who.role == "hub" else getattr(greenlet, "parent", None)
        for clock in clocks():
            if hub is clock.hub or greenlet is clock.hub.parent:
                self._ran.add(clock.thread_id)
                self._at_work(row, clock)

    def _at_work(self, row: Row, clock: Clock) -> None:
        frame = sys._current_frames().get(clock.thread_id)  # noqa: SLF001  the documented way to a thread's stack
        row["stack"] = self._stacks.add(frame)
        if clock.idle_hub:
            row["work"] = "(loop)"
            if clock.watched and clock.polling > clock.polled:
                row["on"], row["since"] = "(idle)", _ago(clock.polling / 1e9)
        else:
            _serves(row, clock.running)
            row["since"] = _ago(clock.at)

    def _threads(self) -> Iterator[Row | None]:
        """The other native threads, and greenlets that nobody knows and that run. Not obs's own."""
        me = original("_thread", "get_ident")()
        by_thread = {clock.thread_id: clock for clock in clocks()}
        for ident in list(sys._current_frames()):  # noqa: SLF001
            if ident in self._ran or ident == me:
                continue
            if ident in by_thread:
                row = Row(id="", kind="greenlet", state="running")
                self._at_work(row, by_thread[ident])
                yield row
            else:
                yield self._thread(ident, thread_name(ident))

    def _thread(self, ident: int, name: str) -> Row | None:
        frame = sys._current_frames().get(ident)  # noqa: SLF001
        if frame is None or (not name and _is_ours(frame)):
            return None
        row = Row(id=hex(ident), kind="thread", state="running", name=name, stack=self._stacks.add(frame))
        if pooled.is_idle(frame):
            row["state"], row["role"], row["on"] = "waiting", "pool", "(idle)"
        return row


def rows(stacks: Stacks, lent: Lent, *, scan: bool = False) -> Iterator[Row | None]:
    """Every greenlet that is known, and every native thread of Python's; ``scan``: those too that nobody knows."""
    yield from Rows(stacks, lent).all(scan=scan)


def _serves(row: Row, work: Work | None) -> None:
    if work is None:
        return
    row["work"] = f"(after) {work.name}" if work.ended else work.name
    row["work_age"] = _ago(work.started)
    if work.trace_id:
        row["trace"] = f"{work.trace_id:032x}"


def _is_ours(frame: FrameType) -> bool:
    return not began(frame) or frame.f_code.co_filename.startswith(OURS)


def _ago(when: float) -> float:
    return round(max(perf_counter() - when, 0.0), 6)
