"""Code objects of another process, each read once: from its address and an instruction to a frame of a session."""

from __future__ import annotations

from collections.abc import Sequence

from obs.labels import FILE
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.lines import Lines
from obs.profiling.reader.memory import Memory, Pieces, UnreadableError, word
from obs.profiling.reader.texts import Texts
from obs.profiling.session import Frame

Place = tuple[int, int]
"""A code object's address, and the instruction in it as an address."""

NO_CODE = Frame("", "")
"""Stands for frames of the interpreter's own, between C and Python."""

SHIMS = ("<interpreter trampoline>", "<shim>")

MOST = 50_000
"""Places that are remembered."""


class Code:
    """One code object."""

    def __init__(self, name: str, file: str, lines: Lines, start: int, head: bytes) -> None:
        self.name, self.file, self.lines, self.start = name, file, lines, start
        self.head = head
        """What tells that another is at its address now."""

    def frame(self, instruction: int) -> Frame:
        if self.file == FILE:
            return Frame(self.name, self.file, 0, "label")
        return Frame(self.name, self.file, self.lines.at(instruction - self.start))


class Codes:
    """Those of one process. ``base``: where the runtime's file begins there."""

    def __init__(self, memory: Memory, layout: Layout, base: int) -> None:
        self._memory, self._layout = memory, layout
        self._texts = Texts(memory, layout)
        self._type, self._none = base + layout.code_type, base + layout.none
        self._codes: dict[int, Code | None] = {}
        self._frames: dict[Place, Frame] = {}
        self._left: set[Place] = set()
        texts = (layout.code_file, layout.code_name, layout.code_lines)
        self._words = ((layout.object_type, 8), (min(texts), max(texts) + 8 - min(texts)))
        """Where a code object has its type and its texts: by those it is known again."""
        self._watched: Pieces | None = None
        self._watching, self._heads = 0, b""
        self._size = max(layout.code_file, layout.code_name, layout.code_lines, layout.code_first) + 8

    def frame(self, place: Place) -> Frame:
        """Of a place. Raises TornError or OSError if there is no code object."""
        found = self._frames.get(place)
        if found is None:
            code = self._code(place[0])
            found = code.frame(place[1]) if code else NO_CODE
            if len(self._frames) >= MOST:
                self._frames.clear()
                self._left.clear()
            self._frames[place] = found
            if code and self._memory.read(place[1], 1)[0] in self._layout.leaving:
                self._left.add(place)
        return found

    def live(self, found: Sequence[Place]) -> Sequence[Place]:
        """Without the frames that are being left, or have been, and what is within them: those have ended.

        What was a frame keeps its last instruction until it is written over.
        """
        for at in range(len(found) - 1, -1, -1):
            self.frame(found[at])
            if found[at] in self._left:
                return found[at + 1 :]
        return found

    def at_line(self, address: int, line: int) -> Frame:
        """Of a code object, with a line that is known."""
        code = self._code(address)
        return Frame(code.name, code.file, line) if code else NO_CODE

    def is_none(self, address: int) -> bool:
        """Whether it is ``None``."""
        return address == self._none

    def _code(self, address: int) -> Code | None:
        if address not in self._codes:
            self._codes[address] = self._read(address)
        return self._codes[address]

    def _read(self, address: int) -> Code | None:
        """None for what is no function's: the interpreter's own frames have None, or a code object without a file."""
        if self.is_none(address):
            return None
        layout = self._layout
        head = self._memory.read(address, self._size)
        if word(head, layout.object_type) != self._type:
            raise TornError("no code object")
        name = self._texts.text(word(head, layout.code_name))
        file = self._texts.text(word(head, layout.code_file))
        if name in SHIMS or file in SHIMS:
            return None
        first = int.from_bytes(head[layout.code_first : layout.code_first + 4], "little", signed=True)
        lines = Lines(self._texts.data(word(head, layout.code_lines)), first)
        # A module's code is freed once it has run, and so may this have been: its texts are something else's then.
        if not lines.are_sound or self._now(address) != self._essence(head):
            raise TornError("no code object any more")
        return Code(name, file, lines, address + layout.frame_base, self._essence(head))

    def _essence(self, head: bytes) -> bytes:
        """The words that it is known by, as :meth:`_words` has their places."""
        return b"".join(head[at : at + size] for at, size in self._words)

    def check(self) -> int:
        """Forget those whose memory is something else's by now; returns how many. Once a second or so."""
        known = {address: code for address, code in self._codes.items() if code is not None}
        if self._watched is None or len(known) != self._watching:
            self._watch(known)
        if self._unchanged():
            return 0
        self._watched = None
        gone = {address for address, code in known.items() if self._now(address) != code.head}
        for address in gone:
            del self._codes[address]
        self._frames = {place: frame for place, frame in self._frames.items() if place[0] not in gone}
        self._left = {place for place in self._left if place[0] not in gone}
        return len(gone)

    def _watch(self, known: dict[int, Code]) -> None:
        """All of them are read in few calls, and compared as one."""
        places = [(address + at, size) for address in known for at, size in self._words]
        self._watched, self._watching = Pieces(self._memory.pid, places), len(known)
        self._heads = b"".join(code.head for code in known.values())

    def _unchanged(self) -> bool:
        try:
            return self._watched is None or self._watched.read() == self._heads
        except UnreadableError:
            return False

    def _now(self, address: int) -> bytes:
        """What is there now; nothing if there is no memory."""
        try:
            return self._essence(self._memory.read(address, self._size))
        except UnreadableError:
            return b""
