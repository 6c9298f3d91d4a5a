"""Which of a run's processes live: each holds the ``flock`` of its file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from obs.metrics.folder import alive
from obs.metrics.reader import names


class Processes(NamedTuple):
    """How many files of processes there are; the dead ones' are folded soon."""

    alive: int
    dead: int


def look(run_dir: Path, own: Path | None = None) -> Processes:
    """Count them, but for the caller's ``own`` file. Some 10 µs each. Raises OSError if the folder can't be read."""
    found = [is_alive(run_dir / name) for name in names(run_dir) if own is None or name != own.name]
    return Processes(found.count(True), found.count(False))


def is_alive(path: Path) -> bool | None:
    """Whether its owner lives; None if it has just been folded and removed."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return alive(fd)
    finally:
        os.close(fd)
