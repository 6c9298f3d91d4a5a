"""Whose code a frame is, told by its file alone: the session may come from another machine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from os.path import commonpath, dirname
from pathlib import Path
from typing import Literal

from obs.labels import FILE
from obs.profiling.session import Frame

Origin = Literal["work", "own", "library", "gevent", "python", "native", "obs", "on"]
ORIGINS: tuple[Origin, ...] = ("work", "own", "library", "gevent", "python", "native", "obs", "on")
"""A work's label; the service's own code; an installed package; gevent and greenlet; the standard library; machine
code; obs; and what a stack waits for, which is no code."""

ON = "<on>"
"""The file of the frames that say what a stack waits for."""

TAILS: frozenset[Origin] = frozenset(("gevent", "python", "native"))
"""What everything ends in, and nobody changes."""

_PACKAGE = re.compile(r".*/(?:site|dist)-packages/")
_STDLIB = re.compile(r".*/(?:lib(?:64)?|Lib)/python3\.\d+t?/(?!(?:site|dist)-packages/)|<frozen ")
_GEVENT = re.compile(r"(?:src/)?(?:gevent|greenlet)/")
_OBS = str(Path(__file__).parents[1]) + "/"


@lru_cache(maxsize=65536)
def origin(frame: Frame) -> Origin:
    """Whose code the frame is."""
    if frame.kind == "label" or frame.file == FILE:
        return "work"
    if frame.file == ON:
        return "on"
    return "native" if frame.kind == "native" else of_file(frame.file)


@lru_cache(maxsize=8192)
def of_file(file: str) -> Origin:
    """Whose file it is. A path that isn't whole, as py-spy gives without --full-filenames, is the service's own."""
    inside = within(file)
    if file.startswith(_OBS) or inside.startswith("obs/"):
        return "obs"
    if _GEVENT.match(inside):
        return "gevent"
    if _PACKAGE.match(file):
        return "library"
    return "python" if _STDLIB.match(file) or file.startswith("<") else "own"


def within(file: str) -> str:
    """The path as an import sees it, if it is in a folder of packages or Python's own; else the same path."""
    for folder in (_PACKAGE, _STDLIB):
        found = folder.match(file)
        if found and not file.startswith("<"):
            return file[found.end() :]
    return file


class Shortener:
    """Paths for people: without the folder that all files of the service's own are in."""

    def __init__(self, files: Iterable[str]) -> None:
        own = {dirname(file) for file in files if file.startswith("/") and of_file(file) == "own"}  # noqa: PTH120
        root = commonpath(own) if own else ""
        self._root = f"{root}/" if root not in ("", "/") else ""

    def __call__(self, file: str) -> str:
        if self._root and file.startswith(self._root):
            return file[len(self._root) :]
        if file.startswith(_OBS):
            return f"obs/{file[len(_OBS) :]}"
        return within(file)
