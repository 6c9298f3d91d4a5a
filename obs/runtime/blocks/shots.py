"""A thread's stack at one moment, taken from another thread, and as cheap as that can be: names are made later."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

from obs.labels import FILE
from obs.runtime.blocks.block import LABEL, MOST_FRAMES

MOST_OWN = 8
"""Frames of the service's own code that are named apart."""

DEEPEST = 300
"""Frames that are walked: 25 µs for 22 of them, measured, with the GIL in hand."""

OBS = str(Path(__file__).parents[2])
"""The folder of obs itself."""

LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
"""The folders of what is not the service's own code."""


Frame = tuple[str, int, str]
"""File, line and function."""


class Place(NamedTuple):
    """Where a frame is: the instruction's offset, and the module whose names its code sees."""

    code: CodeType
    lasti: int
    line: int | None
    module: str

    @property
    def frame(self) -> Frame:
        return self.code.co_filename, self.line or 0, self.code.co_qualname


class Shot(NamedTuple):
    """A stack, the innermost frame first."""

    at: int
    """``perf_counter_ns``."""
    places: tuple[Place, ...]


def take(thread_id: int, at: int) -> Shot | None:
    """The stack of that thread now; None if it has none, or has ended. Call it with the GIL, which Python has."""
    frame: FrameType | None = sys._current_frames().get(thread_id)  # noqa: SLF001  the documented way to a stack
    places: list[Place] = []
    while frame is not None and len(places) < DEEPEST:
        places.append(Place(frame.f_code, frame.f_lasti, frame.f_lineno, frame.f_globals.get("__name__", "")))
        frame = frame.f_back
    return Shot(at, tuple(places)) if places else None


def service(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Without obs's own frames, but for the labels."""
    return tuple(place for place in places if not place.code.co_filename.startswith(OBS))


def frames(places: tuple[Place, ...]) -> tuple[str, ...]:
    """As a record has them: the innermost of a stack that is too deep, and the label of the work it is in."""
    inner, outer = places[:MOST_FRAMES], places[MOST_FRAMES:]
    labels = [frame_text(place.code, 0) for place in outer if place.code.co_filename == FILE]
    return (*(frame_text(place.code, place.line or 0) for place in inner), *labels[:1])


@lru_cache(maxsize=4096)
def frame_text(code: CodeType, line: int) -> str:
    """``app/views.py:41 show``; a label's is ``<obs> GET /users``."""
    return text(code.co_filename, line, code.co_qualname)


def text(file: str, line: int, function: str) -> str:
    """A frame for a person to read, and to copy into an editor."""
    return f"{LABEL} {function}" if file == FILE else f"{short(file)}:{line} {function}"


@lru_cache(maxsize=1024)
def short(file: str) -> str:
    """A file's path as an import would see it: from the folder in ``sys.path`` or the current one that it is in."""
    roots = [root for root in (*sys.path, here()) if root and file.startswith(root.rstrip("/") + "/")]
    return file[len(max(roots, key=len).rstrip("/")) + 1 :] if roots else file


def here() -> str:
    """The current folder; empty if it has been removed."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""


@lru_cache(maxsize=1024)
def is_library(file: str) -> bool:
    """Whether a file is Python's own or an installed package's, or no file."""
    return file.startswith(("<", *LIBRARIES))


def own(places: Iterable[Frame]) -> tuple[str, ...]:
    """The frames of the service's own code within the innermost label, innermost first; a few."""
    within = takewhile(lambda frame: frame[0] != FILE, places)
    return tuple(islice((text(*frame) for frame in within if not is_library(frame[0])), MOST_OWN))
