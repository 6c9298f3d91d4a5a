"""Stacks by number: frames and stacks that are equal have the same one, and are told of once."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

DEEPEST = 100
"""Frames of a stack that are walked, the innermost: 1 µs for each that nobody has walked before."""

Frame = tuple[str, str, int]
"""Function, file and line."""

Key = tuple[int, int]
"""A code object's id, and the place in it: a line is looked up once for each, since that reads a table from its start
(and the hash of a code object goes over all its bytecode)."""


class Stacks:
    """Numbers stacks for as long as one who asks is answered."""

    def __init__(self) -> None:
        self._frames: dict[Key, int] = {}
        self._stacks: dict[tuple[int, ...], int] = {}
        self._codes: list[CodeType] = []
        """Kept alive, so that their ids are nobody else's."""
        self._new_frames: list[Frame] = []
        self._new_stacks: list[tuple[int, ...]] = []

    def add(self, frame: FrameType | None) -> int:
        """The number of the stack whose innermost frame this is. The frames are not kept."""
        known = self._frames
        stack: list[int] = []
        while frame is not None and len(stack) < DEEPEST:
            code = frame.f_code
            number = known.get((id(code), frame.f_lasti))
            if number is None:
                number = self._frame((id(code), frame.f_lasti), code, frame.f_lineno)
            stack.append(number)
            frame = frame.f_back
        if frame is not None:
            stack.append(self._deeper())
        return self._stack(tuple(stack))

    def add_code(self, code: CodeType, line: int) -> int:
        """The number of a stack of one place: where a greenlet was spawned, or begins."""
        key = (id(code), -line - 2)
        number = self._frames.get(key)
        return self._stack((self._frame(key, code, line) if number is None else number,))

    def news(self) -> dict[str, list[Any]]:
        """The frames and stacks that are new since the last time, in the order of their numbers."""
        frames, self._new_frames = self._new_frames, []
        stacks, self._new_stacks = self._new_stacks, []
        return {"frames": frames, "stacks": stacks}

    def _frame(self, key: Key, code: CodeType, line: int | None) -> int:
        self._codes.append(code)
        number = self._frames[key] = len(self._frames)
        self._new_frames.append((code.co_qualname, code.co_filename, line or 0))
        return number

    def _deeper(self) -> int:
        number = self._frames.get((0, 0))
        if number is None:
            number = self._frames[0, 0] = len(self._frames)
            self._new_frames.append(("…", "", 0))
        return number

    def _stack(self, stack: tuple[int, ...]) -> int:
        number = self._stacks.get(stack)
        if number is None:
            number = self._stacks[stack] = len(self._stacks)
            self._new_stacks.append(stack)
        return number
