"""From an instruction to its line: https://github.com/python/cpython/blob/3.13/InternalDocs/code_objects.md."""

from __future__ import annotations

from bisect import bisect_right

NO_LINE, LONG, NO_COLUMN, ONE_LINE = 15, 14, 13, range(10, 13)


MOST = 10_000_000
"""Lines of a file; no file has as many."""


class Lines:
    """Of one code object."""

    def __init__(self, table: bytes, first: int) -> None:
        self._first = first
        self._starts, self._lines = decoded(table, first)

    @property
    def are_sound(self) -> bool:
        """Whether they can be a function's: what was read may have been something else by then."""
        return -1 <= self._first < MOST and all(0 <= line < MOST for line in self._lines)

    def at(self, offset: int) -> int:
        """The line of the instruction at ``offset`` bytes; the function's own where there is none."""
        found = bisect_right(self._starts, offset) - 1
        return (self._lines[found] if found >= 0 else 0) or max(self._first, 0)


def decoded(table: bytes, first: int) -> tuple[list[int], list[int]]:
    """Where each entry begins, in bytes of code, and its line; 0 for none."""
    starts, lines = [], []
    at, offset, line = 0, 0, first
    while at < len(table):
        kind, length = table[at] >> 3 & 15, (table[at] & 7) + 1
        at += 1
        if kind in (LONG, NO_COLUMN):
            delta, at = signed(table, at)
            line += delta
        elif kind in ONE_LINE:
            line += kind - ONE_LINE[0]
        starts.append(offset)
        lines.append(0 if kind == NO_LINE else line)
        offset += 2 * length
        while at < len(table) and not table[at] & 0x80:  # its columns; each entry begins with the highest bit
            at += 1
    return starts, lines


def signed(table: bytes, at: int) -> tuple[int, int]:
    """A number of six bits a byte, the lowest first, its sign in the lowest bit; and where the next begins."""
    value = shift = 0
    while at < len(table):
        value |= (table[at] & 63) << shift
        shift += 6
        at += 1
        if not table[at - 1] & 64:
            break
    return (-(value >> 1) if value & 1 else value >> 1), at
