"""Where a build of CPython keeps what a reader needs: a value, made by the probe, kept as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

LARGEST = 1 << 14
"""No offset is larger that the probe looks for, but for LARGER."""

IN_FILE = 1 << 40
LARGER = {
    **dict.fromkeys(("runtime", "code_type", "none", "greenlet_user", "greenlet_main"), IN_FILE),
    **dict.fromkeys(("gil_holder", "gil_locked"), 1 << 20),
    **dict.fromkeys(("text_mask", "text_kinds"), 1 << 32),
}

LONGEST = 4096
"""Characters of a path, and more than any list has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Offsets in bytes, each from the start of what the name begins with; ``*_file``: what is mapped from which file.

    What is of greenlet and gevent is 0 where the process has neither.
    """

    python: str
    runtime_file: str
    runtime: int
    """From the file's start, as ``code_type`` and ``none``."""
    interpreters: int
    threads: int
    thread_next: int
    thread_ident: int
    thread_native: int
    thread_context: int
    thread_frame: tuple[int, ...]
    """The way to its innermost frame."""
    gil_in: str
    """``runtime`` or ``interpreter``."""
    gil_holder: int
    gil_locked: int
    frame_own: int
    frame_code: int
    frame_previous: int
    frame_instruction: int
    frame_base: int
    """An instruction's offset in its code is what the frame has, less the code's address, less this."""
    leaving: tuple[int, ...]
    """The instructions with which a frame is left."""
    code_type: int
    code_file: int
    code_name: int
    code_lines: int
    code_first: int
    none: int
    object_type: int
    type_name: int
    text_length: int
    text_state: int
    text_mask: int
    text_kinds: tuple[tuple[int, int, int], ...]
    """By state: bytes a character, and where they begin."""
    bytes_length: int
    bytes_data: int
    dict_keys: int
    dict_index: int
    dict_header: int
    dict_count: int
    int_digit: int = 0
    greenlet_file: str = ""
    greenlet_user: int = 0
    """The virtual table with which each greenlet's own part begins, from the file's start; of main ones the next."""
    greenlet_main: int = 0
    greenlet_own: int = 0
    greenlet_dict: int = 0
    greenlet_self: int = 0
    greenlet_start: int = 0
    greenlet_stop: int = 0
    greenlet_context: int = 0
    greenlet_top: int = 0
    greenlet_frame: int = 0
    greenlet_parent: int = 0
    greenlet_root: int = 0
    greenlet_run: int = 0
    spawned_number: int = 0
    spawned_at: int = 0
    place_code: int = 0
    place_line: int = 0
    place_next: int = 0

    @property
    def frame_size(self) -> int:
        """Bytes of a frame that are looked at."""
        return max(self.frame_code, self.frame_previous, self.frame_instruction) + 8

    @staticmethod
    def of(found: dict[str, Any]) -> Layout:
        """From the probe's answer, or a file's. Raises TypeError, ValueError or KeyError if it can't be a layout."""
        known = {field.name for field in fields(Layout)}
        given = {name: value for name, value in found.items() if name in known}
        given["leaving"] = tuple(given["leaving"])
        given["thread_frame"] = tuple(given["thread_frame"])
        given["text_kinds"] = tuple(tuple(kind) for kind in given["text_kinds"])
        made = Layout(**given)
        made.check()
        return made

    def check(self) -> None:
        """Raise ValueError if it is none that a probe could have found: what is read by it would be far too much."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "str":
                fits = isinstance(value, str) and len(value) <= LONGEST
            else:
                most = LARGER.get(field.name, LARGEST)
                fits = all(type(each) is int and 0 <= each <= most for each in flat(value))
            if not fits or (isinstance(value, tuple) and len(value) > LONGEST):
                raise ValueError(f"{field.name} can't be {value!r:.100}")


def flat(value: object) -> Iterator[object]:
    """The numbers of a number, or of tuples of them."""
    if isinstance(value, tuple):
        for each in value:
            yield from flat(each)
    else:
        yield value
