"""A process that is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from obs.profiling.reader.codes import NO_CODE, Codes, Place
from obs.profiling.reader.errors import ReaderError, TornError
from obs.profiling.reader.frames import Frames, Places, places
from obs.profiling.reader.greenlet import Greenlet, Stack
from obs.profiling.reader.greenlets import Greenlets
from obs.profiling.reader.homes import Homes, threaded
from obs.profiling.reader.kernel import States
from obs.profiling.reader.mappings import Mapping, base, mappings
from obs.profiling.reader.memory import Memory, UnreadableError
from obs.profiling.reader.numbers import Numbers
from obs.profiling.reader.probing import layout
from obs.profiling.reader.program import forbidden
from obs.profiling.reader.scan import Found, scan, tables_of
from obs.profiling.reader.snapshots import Snapshots
from obs.profiling.reader.threads import Thread, Threads

MOST_STACKS = 10_000
"""Of running threads that are remembered."""


class Running(NamedTuple):
    """One look at one thread."""

    thread: int
    """As the kernel knows it."""
    ident: int
    state: str
    """The kernel's letter: ``R`` if it runs or waits for a CPU."""
    holds_gil: bool
    stack: Stack
    """The innermost frame first."""
    cut: bool = False
    """Whether innermost frames are missing, that came and went while it was read."""


class Look(NamedTuple):
    """Threads at one moment."""

    threads: tuple[Running, ...]
    torn: int
    """Stacks that could not be read because they changed all the time."""


class Reader:
    """Reads process ``pid``: no code runs in it, and nothing stops it. Not for several threads at once."""

    def __init__(self, pid: int, cache: Path | None = None) -> None:
        """``cache``: a folder in which layouts are kept. Raises ReaderError with what to grant, or the reason."""
        self.pid = pid
        maps = opened(pid)
        self.layout = layout(pid, maps, cache)
        self.memory = Memory(pid)
        self.base = base(maps, self.layout.runtime_file)
        if not self.base:
            raise ReaderError(
                f"process {pid}: {self.layout.runtime_file} is not mapped there as its interpreter has it"
            )
        self._frames = Frames(self.memory, self.layout)
        self.codes = Codes(self.memory, self.layout, self.base)
        self._greenlets = Greenlets(self.memory, self.layout, self.codes, self._frames)
        self.states = States(pid)
        self._snapshots: dict[int, Snapshots] = {}
        self._stacks: dict[Places, Stack] = {}
        self._tables, self._own = tables_of(maps, self.layout), dict[int, bool]()
        try:
            self._threads = Threads(self.memory, self.layout, self.base + self.layout.runtime, Numbers(pid))
            self._threads.look()
        except PermissionError:
            raise forbidden(pid) from None
        except (OSError, TornError) as error:
            raise ReaderError(f"process {pid} has no threads where its interpreter has them: {error}") from None

    def look(self, *, idle: bool = True, also: Collection[int] = ()) -> Look:
        """At its threads; without ``idle`` only at those that run, or hold the GIL, and ``also`` these.

        Raises ProcessLookupError if it has ended.
        """
        found, torn = [], 0
        for thread in self._living():
            letter = self.states.letter(thread.native)
            if not letter or not (idle or letter == "R" or thread.holds_gil or thread.native in also):
                continue
            try:
                taken = self._snapshot(thread).take()
                stack = self._live(places(taken.steps))
            except ProcessLookupError:
                raise
            except (TornError, OSError):
                torn += 1
            else:
                found.append(Running(thread.native, thread.ident, letter, thread.holds_gil, stack, taken.cut))
        return Look(tuple(found), torn)

    def _live(self, found: Places) -> Stack:
        """The stack of a thread that runs; equal ones are one object. Raises TornError or OSError."""
        known = self._stacks.get(found)
        if known is None:
            if len(self._stacks) >= MOST_STACKS:
                self._stacks.clear()
            known = self._stacks[found] = self.stack(self.codes.live(found))
        return known

    def check(self) -> None:
        """Forget what is known of code objects whose memory is something else's by now. Once a second or so."""
        if self.codes.check():
            self._stacks.clear()
            self._greenlets.forget()

    def stack(self, found: Sequence[Place]) -> Stack:
        """The frames of places, without those of the interpreter's own. Raises TornError or OSError."""
        return tuple(frame for frame in map(self.codes.frame, found) if frame is not NO_CODE)

    def _living(self) -> Iterator[Thread]:
        found = self._threads.look()
        if len(found) != len(self._snapshots) or any(each.state not in self._snapshots for each in found):
            self._snapshots = {each.state: self._snapshot(each) for each in found}
            self.states.keep({each.native for each in found})
        return iter(found)

    def _snapshot(self, thread: Thread) -> Snapshots:
        known = self._snapshots.get(thread.state)
        return known or Snapshots(self.memory, self.layout, self._frames, thread.state)

    def greenlets(self) -> list[Greenlet]:
        """All of its greenlets, but for those that went on while they were read: ``torn`` counts them.

        Raises ProcessLookupError if it has ended, TornError if its threads can't be read.
        """
        found = Found()
        for _ in scan(self.pid, self.layout, found):
            pass
        read = [each for some in self._greenlets.read(found.own) for each in some]
        threads = self._threads.look()
        placed = threaded(read, Homes(mappings(self.pid), threads, self.pid))
        return list(self._running(placed, threads))

    @property
    def has_greenlets(self) -> bool:
        """Whether the process has imported greenlet."""
        return bool(self._tables)

    def find(self) -> None:
        """Look for greenlets in all of its memory, for :meth:`parked`. Raises OSError."""
        found = Found()
        for _ in scan(self.pid, self.layout, found):
            pass
        self._own.update(found.own)

    def parked(self) -> Iterator[Stack]:
        """The stacks of those that wait, of all that were found so far, but for main ones. Raises OSError."""
        for some in self._greenlets.stacks(self._own, self._tables):
            yield from (stack for at, stack in some.items() if not self._own[at])

    def _running(self, found: Iterable[Greenlet], threads: Sequence[Thread]) -> Iterator[Greenlet]:
        """With the stacks of those that run."""
        by_native = {thread.native: thread for thread in threads}
        for each in found:
            thread = by_native.get(each.thread) if each.state == "running" else None
            if thread is not None:
                with suppress(TornError, UnreadableError):
                    yield each._replace(stack=self.stack(places(self._snapshot(thread).take().steps)))
                    continue
            yield each

    @property
    def torn(self) -> int:
        """Greenlets that could not be read, so far."""
        return self._greenlets.torn

    def close(self) -> None:
        with suppress(OSError):
            self.states.close()


def opened(pid: int) -> list[Mapping]:
    """What is mapped into it. Raises ReaderError."""
    try:
        return mappings(pid)
    except PermissionError:
        raise forbidden(pid) from None
    except OSError:
        raise ReaderError(f"process {pid} has ended, or can't be seen from here") from None
