"""The stack of a thread that runs, at one moment.

Where its frames are is guessed from the last look. Then one call reads the inner frames three times, and between them
twice which frame is the innermost. Only if all agree was that the stack: a frame that had been left, or that was not
there yet, would have been written over in between. Where a thread goes through functions of less than a microsecond
they seldom agree; then what they agree on is taken, from the outermost frame on: it is true, but the innermost frames
that came and went are missing, and their time is their caller's. The look is *cut*.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from obs.profiling.reader.errors import TornError
from obs.profiling.reader.frames import Blocks, Frames, Step
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import PAGE, Memory, Pieces, UnreadableError

TRIES = 6
"""For a stack that is whole; as often for one that is cut."""

INNER = 6
"""Frames that are read three times."""

MOST = 8
"""Pages that are kept of guesses before."""

_WORD = struct.Struct("<Q")


class Snapshot(NamedTuple):
    steps: Sequence[Step]
    """The innermost frame first; none for a thread that is in no Python."""
    cut: bool = False
    """Whether innermost frames are missing."""


class Snapshots:
    """Of one thread. ``state``: the address of its state."""

    def __init__(self, memory: Memory, layout: Layout, frames: Frames, state: int) -> None:
        self._memory, self._path, self._frames, self._state = memory, layout.thread_frame, frames, state
        self._pages: tuple[int, ...] = ()
        self._inner: tuple[int, ...] = ()
        self._guessed: Pieces | None = None

    def take(self) -> Snapshot:
        """Its stack. Raises TornError, OSError."""
        cut: Snapshot | None = None
        for tried in range(2 * TRIES):
            try:
                found = self._read(self._guessed or self._guess())
            except UnreadableError:
                self._guessed, self._pages, self._inner = None, (), ()
            except TornError:
                self._guessed = None
            else:
                cut = found
                if not found.cut or tried >= TRIES:
                    return found
        if cut is None:
            raise TornError("it has changed all the time")
        return cut

    def _guess(self) -> Pieces:
        """Go all the way, step by step, to know where things are."""
        blocks: Blocks = {}
        at, starts = self._state, []
        for step in self._path:
            starts.append((at + step, 8))
            at = self._memory.word(at + step)
        inner = self._frames.pages(self._frames.walk(at, blocks)[:INNER])
        self._inner = with_those(inner, self._inner)
        self._pages = tuple(page for page in with_those(blocks, self._pages) if page not in self._inner)
        frames, again = ([(page, PAGE) for page in some] for some in (self._pages, self._inner))
        way, last = starts[:-1], starts[-1:]
        self._guessed = Pieces(self._memory.pid, [*frames, *way, *again, *last, *again, *last, *again, *way])
        self._way = b"".join(
            _WORD.pack(where - step) for (where, _), step in zip(starts[1:], self._path[1:], strict=True)
        )
        return self._guessed

    def _read(self, pieces: Pieces) -> Snapshot:
        """Raises TornError if the guess was wrong, OSError."""
        data = pieces.read()
        size, way = PAGE * len(self._inner), len(self._way)
        at = PAGE * len(self._pages)
        outer = blocks(data, 0, self._pages)
        if not data[at : at + way] == data[len(data) - way :] == self._way:
            raise TornError("another way")
        copies = [at + way + n * (size + 8) for n in range(3)]
        first, last = (_WORD.unpack_from(data, copy + size)[0] for copy in copies[:2])
        if not last:
            return Snapshot(())
        if first == last and same(data, copies, size):
            return Snapshot(self._frames.walk(last, outer | blocks(data, copies[2], self._inner), more=False))
        read = [outer | blocks(data, copy, self._inner) for copy in copies]
        whole = self._frames.walk(last, read[2], more=False)
        others = [
            self._frames.walk(top, each, INNER, more=False)
            for top, each in ((last, read[1]), (first, read[1]), (first, read[0]))
        ]
        return agreed(whole, others)


def same(data: bytes, copies: Sequence[int], size: int) -> bool:
    """Whether three copies of ``size`` bytes are: what is in C for longer has not gone on meanwhile."""
    first, *others = copies
    return all(data[first : first + size] == data[other : other + size] for other in others)


def agreed(whole: Sequence[Step], others: Sequence[Sequence[Step]]) -> Snapshot:
    """What all readings agree on, of ``whole``. An innermost frame may go from one instruction to the next meanwhile.

    Raises TornError if they agree on nothing.
    """
    for at, step in enumerate(whole[:INNER]):
        before = whole[at + 1 : at + 2]
        if all(goes_on(step, before, other) for other in others):
            same = all(other[:1] and other[0][:2] == step[:2] for other in others)
            return Snapshot(whole[at:], cut=bool(at) or not same)
    raise TornError("nothing agrees")


def goes_on(step: Step, before: Sequence[Step], other: Sequence[Step]) -> bool:
    """Whether a reading has this frame, called from the same place."""
    for at, each in enumerate(other):
        if each[:2] == step[:2]:
            return at + 1 == INNER or other[at + 1 : at + 2] == before
    return False


def with_those(found: Iterable[int], before: tuple[int, ...]) -> tuple[int, ...]:
    """Pages with those of the guess before: a thread that goes to and fro between two is seen in both."""
    every = {*found, *before} if len(before) < MOST else set(found)
    return tuple(sorted(every))


def blocks(data: bytes, start: int, pages: tuple[int, ...]) -> Blocks:
    """The pages that are in ``data`` from ``start`` on."""
    return {page: data[start + n * PAGE : start + (n + 1) * PAGE] for n, page in enumerate(pages)}
