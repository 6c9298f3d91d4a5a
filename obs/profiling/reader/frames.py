"""From a frame to the one before it, and on: a stack as places, read by the page, for frames lie side by side."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from obs.profiling.reader.codes import Place
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import PAGE, Memory

DEEPEST = 2_000
"""Frames of one stack that are followed."""

Blocks = dict[int, bytes]
"""Pages that have been read, by their address."""

Step = tuple[int, int, int]
"""A frame's address, its code object's, and its instruction's."""

Places = tuple[Place, ...]
"""The innermost first."""


def places(steps: Sequence[Step]) -> Places:
    """Without the frames' own addresses."""
    return tuple((code, instruction) for _, code, instruction in steps)


class Frames:
    """Walks stacks of one process."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory = memory
        self._size = layout.frame_size
        wanted = {layout.frame_code: 0, layout.frame_previous: 1, layout.frame_instruction: 2}
        self._unpack = words_at(sorted(wanted)).unpack_from
        self._order = tuple(wanted[at] for at in sorted(wanted))
        self._code, self._before, self._instruction = (self._order.index(n) for n in range(3))

    def walk(self, frame: int, blocks: Blocks, most: int = 0, *, more: bool = True) -> list[Step]:
        """The frames of a stack, the innermost first. What isn't in ``blocks`` is read, and added; unless not ``more``.

        ``most``: frames that are wanted, if not all. Raises TornError if there is no end to it or ``blocks`` lack
        something, OSError.
        """
        found: list[Step] = []
        left = most or DEEPEST
        code, before, instruction, unpack, last = (
            self._code,
            self._before,
            self._instruction,
            self._unpack,
            PAGE - self._size,
        )
        while frame:
            page, at = frame & -PAGE, frame & (PAGE - 1)
            data = blocks.get(page)
            if data is None or at > last:
                data = self._straddling(page, at, blocks, more=more)
            words = unpack(data, at)
            found.append((frame, words[code], words[instruction]))
            frame = words[before]
            left -= 1
            if not left:
                break
        if frame and not left and not most:
            raise TornError("no end of a stack")
        return found

    def pages(self, steps: Sequence[Step]) -> set[int]:
        """Those that these frames are in."""
        found = {frame & -PAGE for frame, _, _ in steps}
        return found | {(frame + self._size - 1) & -PAGE for frame, _, _ in steps}

    def _straddling(self, page: int, at: int, blocks: Blocks, *, more: bool) -> bytes:
        """The page of a frame; and the next, if the frame goes on there."""
        wanted = (page, page + PAGE) if at + self._size > PAGE else (page,)
        for each in wanted:
            if each not in blocks:
                if not more:
                    raise TornError("a frame elsewhere")
                blocks[each] = self._memory.read(each, PAGE)
        return b"".join(blocks[each] for each in wanted)


def words_at(offsets: list[int]) -> struct.Struct:
    """Unpacks the words at these offsets, in order."""
    text, at = "<", 0
    for offset in offsets:
        text += f"{offset - at}xQ"
        at = offset + 8
    return struct.Struct(text)
