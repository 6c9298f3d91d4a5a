"""The threads of a process: one call reads the states of all, and who holds the GIL."""

from __future__ import annotations

import struct
from typing import NamedTuple

from obs.profiling.reader.errors import TornError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import Memory, Pieces
from obs.profiling.reader.numbers import Numbers

MOST = 10_000

_WORD, _HALF = struct.Struct("<Q"), struct.Struct("<I")


class Thread(NamedTuple):
    """One that runs Python."""

    state: int
    """The address of its state."""
    ident: int
    native: int
    """As the kernel knows it."""
    holds_gil: bool


class Threads:
    """Those of the main interpreter. ``runtime``: the address of its runtime's state."""

    def __init__(self, memory: Memory, layout: Layout, runtime: int, numbers: Numbers) -> None:
        self._memory, self._layout, self._runtime, self._numbers = memory, layout, runtime, numbers
        self.interpreter = memory.word(runtime + layout.interpreters)
        self._size = max(layout.thread_next, layout.thread_ident, layout.thread_native) + 8
        gil = runtime if layout.gil_in == "runtime" else self.interpreter
        self._heads = [
            (self.interpreter + layout.threads, 8),
            (gil + layout.gil_holder, 8),
            (gil + layout.gil_locked, 4),
        ]
        self._known: list[int] = []
        self._pieces = Pieces(memory.pid, self._heads)

    def look(self) -> list[Thread]:
        """All of them, the newest first, as they are at one moment. Raises TornError if they change all the time."""
        for _ in range(5):
            try:
                data = self._pieces.read()
                return self._parsed(data)
            except (TornError, OSError) as error:
                if isinstance(error, (PermissionError, ProcessLookupError)):
                    raise
                self._list()
        raise TornError("the threads change all the time")

    def _list(self) -> None:
        """Find out which there are."""
        layout = self._layout
        found: list[int] = []
        state = self._memory.word(self._heads[0][0])
        while state and len(found) < MOST:
            found.append(state)
            state = self._memory.word(state + layout.thread_next)
        self._known = found
        self._pieces = Pieces(self._memory.pid, [*self._heads, *((each, self._size) for each in found)])

    def _parsed(self, data: bytes) -> list[Thread]:
        layout, word = self._layout, _WORD.unpack_from
        following, holder = word(data, 0)[0], word(data, 8)[0]
        locked = _HALF.unpack_from(data, 16)[0]
        found: list[Thread] = []
        at = 20
        for state in self._known:
            if following != state:
                raise TornError("other threads")
            following = word(data, at + layout.thread_next)[0]
            ident, native = word(data, at + layout.thread_ident)[0], word(data, at + layout.thread_native)[0]
            if self._numbers.differ:
                native = self._numbers.ours(native)
            found.append(Thread(state, ident, native, bool(locked) and state == holder))
            at += self._size
        if following or not found:
            raise TornError("other threads")
        return found
