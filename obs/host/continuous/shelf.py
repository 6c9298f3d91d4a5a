"""Where windows are kept: a folder for each service, a file for each window, the oldest thrown away.

A file's name says when its window began (UTC), how long it was, and which run it is of:
``20261124T120500.250Z-60.0s-3f9c0e1a2b4d.json.gz``. Several runs of one service share the folder.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import NamedTuple
from urllib.parse import quote, unquote

from obs.metrics.folder import make_private
from obs.profiling.file import encoded, write_bytes
from obs.profiling.session import Session

STAMP = "%Y%m%dT%H%M%S"
NAME = re.compile(r"(\d{8}T\d{6})\.(\d{3})Z-(\d+\.\d)s-(\w+)\.json\.gz")
LONGEST = 200
"""Characters of a folder's name: a file system allows 255 bytes."""

DAY = 86_400.0
"""Seconds. No window is kept for longer, whatever is set, nor by anybody when its service no longer runs."""


class Kept(NamedTuple):
    """One window on disk."""

    path: Path
    started: float
    """Unix time."""
    ended: float
    size: int
    """Bytes."""
    run: str


class TooLargeError(Exception):
    """A window that alone takes more room than all may."""


class Shelf:
    """The windows of one service."""

    def __init__(self, folder: Path, keep: float, size: int) -> None:
        """``keep``: seconds, and ``size``: bytes, beyond which the oldest are thrown away."""
        self.folder, self.keep, self.size = folder, keep, size

    def put(self, session: Session, run: str) -> None:
        """Keep a window. There is room for it before it is written: the limit holds at each moment.

        Raises TooLargeError; SessionError, StoreError or OSError if it can't be written.
        """
        data = gzip.compress(encoded(session), mtime=0)
        if len(data) > self.size:
            raise TooLargeError(f"{len(data):,} bytes")
        make_private(self.folder.parent)
        make_private(self.folder)
        self.clear(self.size - len(data))
        write_bytes(data, self.folder / name(session, run))

    def clear(self, room: int, now: float | None = None) -> None:
        """Throw the oldest away until the rest is young enough and fits into ``room`` bytes."""
        until = (time() if now is None else now) - self.keep
        left = kept(self.folder)
        total = sum(one.size for one in left)
        for one in left:
            if one.ended >= until and total <= room:
                break
            one.path.unlink(missing_ok=True)
            total -= one.size
        sweep(self.folder)


def name(session: Session, run: str) -> str:
    """The file's name for a window of ``run``."""
    began = datetime.fromtimestamp(session.started, UTC)
    return f"{began:{STAMP}}.{began.microsecond // 1000:03}Z-{session.duration:.1f}s-{run}.json.gz"


def kept(folder: Path) -> list[Kept]:
    """The windows in a service's folder, the oldest first; none if there is no such folder, or it can't be read."""
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # another run has thrown it away
                if match := NAME.fullmatch(entry.name):
                    found.append(of(match, Path(entry.path), entry.stat().st_size))
    return sorted(found, key=lambda one: (one.started, one.path.name))


def of(match: re.Match[str], path: Path, size: int) -> Kept:
    stamp, millis, seconds, run = match.groups()
    started = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp() + int(millis) / 1000
    return Kept(path, started, started + float(seconds), size, run)


def sweep(folder: Path) -> None:
    """Remove what a host that was killed had begun to write: files are written beside, with a dot before the name."""
    for path in folder.glob(".*.json.gz.*"):
        with suppress(OSError):
            if time() - path.stat().st_mtime > 60:
                path.unlink()


def forget(profiles: Path, now: float | None = None) -> None:
    """Throw away every service's windows of more than a day ago: some services never run again. Never raises."""
    until = (time() if now is None else now) - DAY
    with suppress(OSError):
        for folder in [path for path in profiles.iterdir() if path.is_dir() and not path.is_symlink()]:
            with suppress(OSError):
                for one in kept(folder):
                    if one.ended < until:
                        one.path.unlink(missing_ok=True)
                folder.rmdir()  # refused, unless it is empty


def folder_of(profiles: Path, service: str) -> Path:
    """A service's folder; its name can be read back, and is never one with a meaning of its own, such as ``..``."""
    written = quote(service, safe=" ").replace(".", "%2E") if service.startswith(".") else quote(service, safe=" ")
    return profiles / written[:LONGEST]


def services(profiles: Path) -> Iterator[str]:
    """The services of which windows are kept, by name."""
    with suppress(OSError):
        for folder in sorted(path for path in profiles.iterdir() if path.is_dir() and not path.is_symlink()):
            if kept(folder):
                yield unquote(folder.name)
