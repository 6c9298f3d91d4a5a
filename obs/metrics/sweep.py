"""Removes the folders of runs that ended without cleaning up: the launcher was killed, or there was none."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from obs.config.profile import FOLDER as PROFILES
from obs.metrics.directory import Keys
from obs.metrics.folder import SUFFIX, alive
from obs.metrics.source import FileSource

AGE = 3600.0
"""Seconds. A young folder may belong to a run that is only starting."""


def sweep(runtime_dir: Path, now: float | None = None) -> list[Path]:
    """Remove each folder of ours in ``runtime_dir`` in which nothing lives and nothing changed for an hour.

    The folder of kept profiles is left alone. Whoever wants another kept holds a flock on a file in it whose name ends
    with ``.obs`` or ``.lock``. Never raises; returns what was removed.
    """
    limit = (time.time() if now is None else now) - AGE
    removed = []
    for folder in _folders(runtime_dir):
        if not _in_use(folder, limit):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder)
    return removed


def _folders(runtime_dir: Path) -> list[Path]:
    try:
        with os.scandir(runtime_dir) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if entry.name != PROFILES
                and entry.is_dir(follow_symlinks=False)
                and entry.stat(follow_symlinks=False).st_uid == os.geteuid()
            ]
    except OSError:
        return []


def _in_use(folder: Path, limit: float) -> bool:
    try:
        if folder.stat().st_mtime > limit:
            return True
        return any(path.lstat().st_mtime > limit or _held(path) for path in folder.iterdir())
    except OSError:
        return True


def _held(path: Path) -> bool:
    if path.suffix == SUFFIX:
        return _recorded_into(path)
    if path.suffix != ".lock" or path.is_symlink():
        return False
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return alive(fd)
    finally:
        os.close(fd)


def _recorded_into(path: Path) -> bool:
    source = FileSource(path, Keys())
    try:
        source.refresh()
        return source.alive
    finally:
        source.close()
