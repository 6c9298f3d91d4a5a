"""Text for a terminal. Names are others': a job's may come from a message, a greenlet's from a request."""

from __future__ import annotations

REPLACEMENT = "�"

CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], REPLACEMENT)
"""What moves cursors and sets titles: ECMA-48's C0 and C1."""

TURNING = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], REPLACEMENT)
"""What makes text read in another order than it is in (https://trojansource.codes)."""

UNENCODABLE = dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT)
"""Halves of a surrogate pair: bytes of a file's name that are no UTF-8."""

_LINE = {**CONTROLS, **TURNING, **UNENCODABLE}
_LINES = {code: text for code, text in _LINE.items() if code != ord("\n")}


def line(text: str) -> str:
    """``text`` that stays in its line and does nothing but be read."""
    return text.translate(_LINE)


def lines(text: str) -> str:
    """The same, with the lines that it has."""
    return text.translate(_LINES)
