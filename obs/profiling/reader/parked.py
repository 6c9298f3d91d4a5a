"""The stacks of greenlets that wait, read where they lie."""

from __future__ import annotations

from obs.profiling.reader.codes import NO_CODE, Codes
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.frames import Blocks, Frames, Places, places
from obs.profiling.reader.greenlet import Part, Parts, Stack
from obs.profiling.reader.memory import PAGE, Memory, UnreadableError, many

ROUNDS = 12
"""In each of them another page of a stack may be found."""

MOST_STACKS = 20_000
"""That are remembered."""

Pages = dict[int, set[int]]
"""By greenlet, the pages that its stack is in."""


class Parked:
    """Reads those of one process."""

    def __init__(self, memory: Memory, parts: Parts, codes: Codes, frames: Frames) -> None:
        self._pid, self._parts, self._codes, self._frames = memory.pid, parts, codes, frames
        self._stacks: dict[Places, Stack] = {}

    def stacks(self, parts: dict[int, Part]) -> dict[int, Stack]:
        """By their own parts; none of those that went on meanwhile.

        One call reads, for each of several, its own part, its frames, and its own part once more: only if that is as it
        was is it a stack.
        """
        found: dict[int, Stack] = {}
        pages: Pages = {at: {part.frame & -PAGE} if part.frame else set() for at, part in parts.items()}
        for _ in range(ROUNDS):
            if not pages:
                break
            pages = self._round(parts, pages, found)
        return found

    def _round(self, parts: dict[int, Part], pages: Pages, found: dict[int, Stack]) -> Pages:
        """Returns those that have more pages, with these."""
        size = self._parts.size
        wanted = {at: [(at, size), *((page, PAGE) for page in sorted(some)), (at, size)] for at, some in pages.items()}
        read = iter(many(self._pid, [piece for pieces in wanted.values() for piece in pieces]))
        missing: Pages = {}
        for at, pieces in wanted.items():
            data = [next(read) for _ in pieces]
            blocks = {page: block for (page, _), block in zip(pieces[1:-1], data[1:-1], strict=True)}
            if all(data) and data[0] == data[-1] and self._parts.part(data[0], main=parts[at].main) == parts[at]:
                self._walk(at, parts[at].frame, blocks, found, missing)
        return missing

    def _walk(self, at: int, frame: int, blocks: Blocks, found: dict[int, Stack], missing: Pages) -> None:
        known = len(blocks)
        try:
            steps = self._frames.walk(frame, blocks)
            if len(blocks) > known:
                missing[at] = set(blocks)
            else:
                found[at] = self._stack(places(steps))
        except (TornError, UnreadableError):
            return

    def _stack(self, found: Places) -> Stack:
        """Equal places are one stack. Raises TornError, OSError."""
        known = self._stacks.get(found)
        if known is None:
            if len(self._stacks) >= MOST_STACKS:
                self._stacks.clear()
            known = self._stacks[found] = tuple(f for f in map(self._codes.frame, found) if f is not NO_CODE)
        return known

    def forget(self) -> None:
        """Code objects have changed."""
        self._stacks.clear()
