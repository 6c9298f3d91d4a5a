"""Which frames of a stack are the service's own code: those of no module that is installed, or Python's.

A record has a frame's file as an import would see it (``flask/app.py``). What is installed is known from the folders of
packages themselves: those of the host process, which is the service's Python as a rule.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from obs.runtime.blocks.block import LABEL, Block
from obs.runtime.blocks.shots import is_library


@cache
def installed() -> frozenset[str]:
    """Top-level names of Python's own modules and of installed packages."""
    folders = [folder for folder in map(Path, sys.path) if folder.name in ("site-packages", "dist-packages")]
    return sys.stdlib_module_names | {
        path.name.partition(".")[0] for folder in folders if folder.is_dir() for path in folder.iterdir()
    }


def is_own(frame: str, known: frozenset[str]) -> bool:
    """Of ``file:line function``; ``known`` are files that the service itself has called its own."""
    file = file_of(frame)
    if frame.startswith(LABEL) or is_library(file):
        return False
    return file in known or file.lstrip("/").partition("/")[0].removesuffix(".py") not in installed()


def file_of(frame: str) -> str:
    return frame.partition(":")[0]


def known(blocks: Iterable[Block]) -> frozenset[str]:
    """The files that are the service's own by what its processes say of their blocks."""
    return frozenset(file_of(frame) for block in blocks for frame in block.own)


def stack(at: float, frames: Sequence[str], files: frozenset[str], **more: Any) -> dict[str, Any]:
    """A stack as the API has it: ``own`` are the places of the service's own frames."""
    return {"at": at, "frames": frames, "own": [at for at, frame in enumerate(frames) if is_own(frame, files)]} | more
