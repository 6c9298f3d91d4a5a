"""Where gevent's greenlets were spawned: gevent keeps some frames of the place."""

from __future__ import annotations

from obs.profiling.reader.codes import Codes
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.greenlet import Stack
from obs.profiling.reader.kinds import Kinds
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import PAGE, Memory, UnreadableError, half, many, word
from obs.profiling.session import Frame

MOST = 4
"""Frames of the place that are read."""


class Spawned:
    """Reads them, of one process."""

    def __init__(self, memory: Memory, layout: Layout, codes: Codes, kinds: Kinds) -> None:
        self._pid, self._layout, self._codes, self._kinds = memory.pid, layout, codes, kinds

    def places(self, objects: dict[int, bytes]) -> dict[int, Stack]:
        """Of greenlets, by what was read of each; none of those whose type isn't gevent's own."""
        layout = self._layout
        if not layout.spawned_at:
            return {}
        found: dict[int, list[Frame]] = {at: [] for at in objects}
        following = {at: word(data, layout.spawned_at) for at, data in objects.items()}
        for _ in range(MOST):
            following = {at: place for at, place in following.items() if place > PAGE}
            read = many(self._pid, [(place, layout.place_next + 8) for place in following.values()])
            following = {at: self._place(data, found[at]) for at, data in zip(following, read, strict=True)}
        return {at: tuple(frames) for at, frames in found.items() if frames}

    def _place(self, data: bytes, frames: list[Frame]) -> int:
        """Add a frame; returns the address of the next, 0 if there is none."""
        layout = self._layout
        if not data or self._kinds.of(data) != "_Frame":
            return 0
        try:
            frames.append(self._codes.at_line(word(data, layout.place_code), half(data, layout.place_line)))
        except (TornError, UnreadableError):
            return 0
        return word(data, layout.place_next)

    def number(self, data: bytes) -> int | None:
        """A greenlet's ``minimal_ident``, from what was read of it; None if it has none yet."""
        layout = self._layout
        address = word(data, layout.spawned_number)
        if self._codes.is_none(address):
            return None
        found = many(self._pid, [(address, layout.int_digit + 4)])[0]
        return half(found, layout.int_digit) if found and self._kinds.of(found) == "int" else None
