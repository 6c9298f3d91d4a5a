"""Attributes of an object of another process, by name."""

from __future__ import annotations

from contextlib import suppress

from obs.profiling.reader.errors import TornError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import Memory, UnreadableError, word, words
from obs.profiling.reader.texts import Texts

MOST = 200
"""Attributes that are looked at."""


USUAL = 32 + 8 + 8 * 16
"""Bytes that dictionaries of up to five attributes have."""


class Attributes:
    """Reads dictionaries whose keys are strings; those that share their keys with others have nothing for us."""

    def __init__(self, memory: Memory, layout: Layout, texts: Texts) -> None:
        self._memory, self._layout, self._texts = memory, layout, texts
        self._names: dict[int, str] = {}

    def of(self, address: int) -> dict[str, int]:
        """The addresses of what is in the dictionary at ``address``, by name. Raises TornError or OSError."""
        layout = self._layout
        block = self._memory.word(address + layout.dict_keys)
        data = self._memory.pages(block, USUAL)
        count = min(word(data, layout.dict_count), MOST)
        start = layout.dict_header + (1 << min(data[layout.dict_index], 30))
        if len(data) < start + 16 * count:
            data = self._memory.read(block, start + 16 * count)
        pairs = words(data[start : start + 16 * count])
        return {self._name(key): value for key, value in zip(pairs[::2], pairs[1::2], strict=True) if key and value}

    def _name(self, address: int) -> str:
        """Of a key; names of attributes live as long as the code that uses them."""
        if address not in self._names:
            self._names[address] = self._texts.text(address)
        return self._names[address]

    def text(self, dictionary: int, name: str) -> str:
        """A string by its name; empty if there is none."""
        with suppress(TornError, UnreadableError, IndexError):
            return self._texts.text(self.of(dictionary).get(name, 0))
        return ""
