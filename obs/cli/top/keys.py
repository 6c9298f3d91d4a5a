"""From the bytes that a terminal sends to the names of keys."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

ESCAPE = "\x1b"

SEQUENCE = re.compile(r"\x1b(?:\[(?P<csi>[0-9;?<]*)(?P<final>[@-~])|O(?P<ss3>[ -~]))")
"""What keys without a character send: xterm's and VT220's, with cursor keys in both of their modes."""

UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?<]*|O)?\Z")
"""What may yet become one."""

FINALS = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "M": "enter"}
NUMBERS = {"1": "home", "7": "home", "4": "end", "8": "end", "5": "pageup", "6": "pagedown"}

NAMED = {"\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace", "\x04": "q"}


class Keys:
    """Takes bytes as they come: over a slow line, a key may come in two parts."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""

    @property
    def pending(self) -> bool:
        """Whether there is the beginning of a key: if nothing follows soon, it was Esc itself."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[str]:
        """The keys that ``data`` completes: ``up``, ``enter``, ``esc`` …, or a character."""
        self._rest += self._decode(data)
        return list(self._taken(final=False))

    def flush(self) -> list[str]:
        """Those that are left, now that nothing more will come of them."""
        return list(self._taken(final=True))

    def _taken(self, *, final: bool) -> Iterator[str]:
        while self._rest:
            if not final and UNFINISHED.match(self._rest):
                return
            found = SEQUENCE.match(self._rest)
            length = found.end() if found else 1
            head, self._rest = self._rest[:length], self._rest[length:]
            key = named(found) if found else "esc" if head == ESCAPE else NAMED.get(head, head)
            if key:
                yield key


def named(sequence: re.Match[str]) -> str:
    """The key of a sequence; empty for one that nobody needs. Modifiers are passed over: ``5;2~`` is a page key too."""
    if sequence["ss3"]:
        return FINALS.get(sequence["ss3"], "")
    if sequence["final"] == "~":
        return NUMBERS.get(sequence["csi"].partition(";")[0], "")
    return FINALS.get(sequence["final"], "")
