"""Strings and bytes of another process."""

from __future__ import annotations

from obs.profiling.reader.errors import TornError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import Memory

LONGEST = 4096
"""Characters; no name or path is longer. More is memory that is no string."""

MOST_BYTES = 1 << 20

ENCODINGS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}


class Texts:
    """Reads them. Each method raises TornError for what is none, OSError for what can't be read."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory, self._layout = memory, layout
        self._kinds = {state: (size, data) for state, size, data in layout.text_kinds}
        self._head = max(data for _, data in self._kinds.values())

    def text(self, address: int) -> str:
        """A ``str``."""
        layout = self._layout
        head = self._memory.pages(address, self._head + 64)
        if len(head) < layout.text_state + 4:
            raise TornError("no string")
        length = number(head, layout.text_length, 8)
        kind = self._kinds.get(number(head, layout.text_state, 4) & layout.text_mask)
        if kind is None or length > LONGEST:
            raise TornError("no string")
        size, start = kind
        data = head[start : start + length * size]
        if len(data) < length * size:
            data = self._memory.read(address + start, length * size)
        return data.decode(ENCODINGS[size], errors="replace")

    def data(self, address: int) -> bytes:
        """A ``bytes``."""
        length = self._memory.word(address + self._layout.bytes_length)
        if length > MOST_BYTES:
            raise TornError("no bytes")
        return self._memory.read(address + self._layout.bytes_data, length) if length else b""

    def c_text(self, address: int) -> str:
        """C text, to its end."""
        return self._memory.pages(address, 200).partition(b"\0")[0].decode(errors="replace")


def number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
