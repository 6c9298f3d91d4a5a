"""A stack as it is captured on the loop, as cheaply as that can be; what it reads like is found out later."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

from obs.labels import FILE
from obs.profiling.session import Frame

DEEPEST = 60
"""Frames of one stack, the innermost ones."""

Places = list[Any]
"""``[code, lasti, code, lasti, …]``, the innermost first. Flat: a tuple each would be garbage to collect."""


def capture(frame: FrameType | None) -> Places:
    """The stack whose innermost frame is ``frame``. Keeps code objects and no frame."""
    places: Places = []
    left = DEEPEST
    while frame is not None and left:
        places.append(frame.f_code)
        places.append(frame.f_lasti)
        frame = frame.f_back
        left -= 1
    return places


class Frames:
    """What captured stacks read like. A place is looked up once: some 5 µs."""

    def __init__(self) -> None:
        # By id, since a code's hash goes over all its bytecode; kept beside, so that the id is nobody else's.
        self._known: dict[tuple[int, int], tuple[CodeType, Frame]] = {}

    def of(self, places: Places) -> tuple[Frame, ...]:
        """As a session has them: the outermost first."""
        pairs = zip(places[::2], places[1::2], strict=True)
        return tuple(self._frame(code, lasti) for code, lasti in pairs)[::-1]

    def _frame(self, code: CodeType, lasti: int) -> Frame:
        key = id(code), lasti
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = code, frame_of(code, lasti)
        return found[1]


def frame_of(code: CodeType, lasti: int) -> Frame:
    if code.co_filename == FILE:
        return Frame(code.co_name, FILE, 0, "label")
    return Frame(code.co_qualname, code.co_filename, line_of(code, lasti))


def line_of(code: CodeType, lasti: int) -> int:
    """The line of the instruction at ``lasti``; the function's first if that isn't known."""
    found = (line for start, end, line in code.co_lines() if start <= lasti < end)
    return next(found, None) or code.co_firstlineno
