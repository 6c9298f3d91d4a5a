"""The names of types."""

from __future__ import annotations

from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import Memory, UnreadableError, word
from obs.profiling.reader.texts import Texts


class Kinds:
    """Of one process; each is read once."""

    def __init__(self, memory: Memory, layout: Layout, texts: Texts) -> None:
        self._memory, self._layout, self._texts = memory, layout, texts
        self._names: dict[int, str] = {}

    def of(self, data: bytes) -> str:
        """Of an object of which ``data`` was read: the last part of its type's name; empty if it has none."""
        address = word(data, self._layout.object_type)
        if address not in self._names:
            try:
                name = self._texts.c_text(self._memory.word(address + self._layout.type_name))
            except UnreadableError:
                name = ""
            self._names[address] = name.rpartition(".")[2]
        return self._names[address]
