"""The rings of a run folder, read from outside; those of dead processes stay for a while, and never pile up."""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from obs.metrics.folder import alive
from obs.metrics.identity import maps
from obs.metrics.ring import HEADER, NOTHING, SUFFIX, Image, Word, identity, read

KEPT = 16
"""Rings of dead processes that a run keeps, the newest: 2 MB."""

AGE = 3600.0
"""Seconds after its last record at which a dead process's ring is removed."""

_ATTEMPTS = 5
_PAUSE = 0.001


class RingFile:
    """An open ring of another process. Reading it disturbs nobody, and needs no lock."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, and ValueError for a file that is too short for a ring."""
        self.path = path
        self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            if os.fstat(self.fd).st_size <= HEADER:
                raise ValueError(f"{path}: not a ring")
            self._map = mmap.mmap(self.fd, 0, access=mmap.ACCESS_READ)
        except BaseException:
            os.close(self.fd)
            raise
        self.identity = identity(self._map[:HEADER])

    @property
    def id(self) -> str:
        return self.path.stem

    @property
    def pid(self) -> int:
        """0 if the ring doesn't say."""
        return int(self.identity.get("pid", 0))

    def word(self, word: Word) -> int:
        """One word of the header, as it is now: a fraction of a microsecond."""
        value: int = struct.unpack_from("=Q", self._map, word * 8)[0]
        return value

    @property
    def alive(self) -> bool:
        """Whether its process lives. One that has closed all descriptors, as daemons do, still has it mapped."""
        return alive(self.fd) or maps(self.identity, self.path.name)

    def image(self) -> Image:
        """All that it holds now. A record that is being written is waited for, a few milliseconds at most."""
        found = NOTHING
        for attempt in range(_ATTEMPTS):
            found = read(self._map[:])
            if not found.torn or not alive(self.fd):
                break
            if attempt + 1 < _ATTEMPTS:
                time.sleep(_PAUSE)
        return found

    @property
    def gone(self) -> bool:
        """Whether the file has been removed from its folder."""
        return os.fstat(self.fd).st_nlink == 0

    def close(self) -> None:
        self._map.close()
        os.close(self.fd)


class Rings:
    """The rings of a run folder, kept open from one look to the next. Not for several threads at once."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self._files: dict[str, RingFile] = {}

    def look(self) -> list[RingFile]:
        """Those that are there now. A file that can't be read is left out. Raises OSError if the folder can't be."""
        names = set(ring_names(self.run_dir))
        for gone in self._files.keys() - names:
            self._files.pop(gone).close()
        for name in sorted(names - self._files.keys()):
            with suppress(OSError, ValueError):
                self._files[name] = RingFile(self.run_dir / name)
        return list(self._files.values())

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()


def ring_names(run_dir: Path) -> Iterator[str]:
    """The names of the rings in a folder. Raises OSError."""
    with os.scandir(run_dir) as entries:
        yield from (entry.name for entry in entries if entry.name.endswith(SUFFIX))


def sweep_rings(run_dir: Path, now: float | None = None) -> list[Path]:
    """Remove rings of dead processes: the empty, the old, and the oldest beyond :data:`KEPT`. Never raises.

    Returns what was removed.
    """
    limit = (time.time() if now is None else now) - AGE
    removed = []
    try:
        dead = sorted(_dead(run_dir), reverse=True)
    except OSError:
        return []
    for place, (changed, says, path) in enumerate(dead):
        if not says or changed < limit or place >= KEPT:
            with suppress(OSError):
                path.unlink()
                removed.append(path)
    return removed


def _dead(run_dir: Path) -> Iterator[tuple[float, int, Path]]:
    """``(time of the last record, 0 if it says nothing, path)`` of each ring whose process is dead."""
    for name in ring_names(run_dir):
        with suppress(OSError, ValueError):
            file = RingFile(run_dir / name)
            try:
                if not file.alive:
                    says = file.word(Word.WRITTEN) or len(file.image().note)
                    yield os.fstat(file.fd).st_mtime, says, file.path
            finally:
                file.close()
