"""Layouts in files: kept by a user for the next time, and published by the host process in the folder of a run.

A published file is another user's: it is read as what anybody may have written. At worst a reading comes of it that is
refused, or wrong about a process of that user.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from obs.errors import StoreError
from obs.metrics.folder import SUFFIX, make_private
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.mappings import DELETED, Mapping

PUBLISHED = "layouts"
"""The folder in a run's folder."""

LARGEST = 1 << 16
"""Bytes of a file; a layout has some 2,000."""


def read(folder: Path, key: str, owners: Collection[int] | None = None) -> Layout | None:
    """The layout of that identity, if there is one that can be believed, and is a file of one of ``owners``."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Layout.of(json.loads(text(folder / f"{key}.json", owners)))
    return None


def text(path: Path, owners: Collection[int] | None) -> bytes:
    """Of a plain file: nothing else is opened, for opening a pipe or a device does something. Raises OSError."""
    place = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        found = os.fstat(place)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            raise OSError(f"{path} is no layout")
        if owners is not None and found.st_uid not in owners:
            raise PermissionError(f"{path} is of user {found.st_uid}")
        with Path(f"/proc/self/fd/{place}").open("rb") as file:
            return file.read(LARGEST)
    finally:
        os.close(place)


def write(folder: Path, key: str, layout: Layout) -> None:
    """For the next time; that it can't be kept costs that some tenths of a second. Never raises OSError."""
    with suppress(OSError, StoreError):
        new = make_private(folder) / f"{key}.json.{os.getpid()}"
        new.write_text(json.dumps(asdict(layout)))
        new.replace(folder / f"{key}.json")


def published(pid: int, maps: Sequence[Mapping], key: str, owner: int) -> Layout | None:
    """What is published for process ``pid`` of user ``owner``, in the folder that it records into."""
    owners = {0, os.geteuid(), owner}
    found = (read(Path(f"/proc/{pid}/root{folder}") / PUBLISHED, key, owners) for folder in records(maps))
    return next((each for each in found if each), None)


def records(maps: Sequence[Mapping]) -> Iterator[str]:
    """The folders of the runs that it records into: its counts are mapped from there."""
    files = {each.file.removesuffix(DELETED) for each in maps if "w" in each.mode}
    yield from sorted({str(Path(file).parent) for file in files if file.startswith("/") and file.endswith(SUFFIX)})
