"""Where frames keep what: of functions that wait in threads, one within the other."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextvars import Context
from itertools import islice, pairwise
from types import FrameType
from typing import Any

from obs.profiling.reader.probe.words import NotFoundError, common, one, places, word

STEPS = range(0, 96, 8)
"""Offsets in a frame that are looked at."""


class Waiting:
    """Threads that wait, each in a function within functions and in a context of its own, until :meth:`end`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.lock.acquire()
        self.contexts = [Context() for _ in range(3)]
        self.ready = threading.Semaphore(0)
        self.threads = [
            threading.Thread(target=each.run, args=(self._outer, n)) for n, each in enumerate(self.contexts)
        ]
        for thread in self.threads:
            thread.start()
            self.ready.acquire()

    def _outer(self, number: int) -> None:
        self._middle([number])

    def _middle(self, numbers: list[int]) -> int:
        return self._inner(str(numbers), {})

    def _inner(self, text: str, _: dict[str, int]) -> int:
        self.ready.release()
        with self.lock:
            return len(text)

    def stacks(self) -> list[list[FrameType]]:
        """The three frames of each, the innermost first."""
        frames = sys._current_frames()  # noqa: SLF001  the documented way to a stack
        return [list(islice(chain(frames[thread.ident or 0]), 3)) for thread in self.threads]

    def end(self) -> None:
        self.lock.release()
        for thread in self.threads:
            thread.join()


def chain(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def frames(stacks: list[list[FrameType]]) -> dict[str, Any]:
    """The frame object's own frame, and in it the code, the frame before, the instruction."""
    every = [frame for stack in stacks for frame in stack]
    own, code = own_and_code(every)
    inner = {id(frame): word(id(frame) + own) for frame in every}
    before = [(inner[id(a)], inner[id(b)]) for stack in stacks for a, b in pairwise(stack)]
    instruction, base = instructions([(inner[id(frame)], frame) for frame in every])
    return {
        "frame_own": own,
        "frame_code": code,
        "frame_previous": common("the frame before", before, 96),
        "frame_instruction": instruction,
        "frame_base": base,
    }


def own_and_code(every: list[FrameType]) -> tuple[int, int]:
    """Where a frame object points to its frame, and that to its code."""
    found = set.intersection(
        *({(own, at) for own in STEPS[2:] for at in places(word(id(f) + own), id(f.f_code), 96)} for f in every)
    )
    if not found:
        raise NotFoundError("a frame's code")
    return min(found)


def instructions(pairs: list[tuple[int, FrameType]]) -> tuple[int, int]:
    """Where a frame has its instruction, and what is to be taken from that, and the code's address, for ``f_lasti``."""
    found = [{(at, word(own + at) - id(f.f_code) - f.f_lasti) for at in STEPS} for own, f in pairs]
    common_ones = {pair for pair in set.intersection(*found) if 64 <= pair[1] < 512}
    if len(common_ones) != 1:
        raise NotFoundError("a frame's instruction")
    return common_ones.pop()


def of_frame(frame: FrameType, own: int) -> int:
    """The address of a frame object's frame."""
    return word(id(frame) + own)


def frame_path(threads: list[tuple[int, int]]) -> list[int]:
    """The offsets to go from a thread's state to its innermost frame. ``threads``: each state, and that frame."""
    direct = [places(state, frame) for state, frame in threads]
    if set.intersection(*direct):
        return [one("", direct)]
    steps = range(0, 512, 8)
    by_way = [{(at, to) for at in steps for to in places(word(state + at), frame, 32)} for state, frame in threads]
    found = set.intersection(*by_way)
    if not found:
        raise NotFoundError("a thread's innermost frame")
    return list(min(found))
