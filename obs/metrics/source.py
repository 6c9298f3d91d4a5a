"""Something to read metrics from: a file that a living or a dead process wrote, or the memory of this one."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

from obs.metrics.directory import Directory, Keys
from obs.metrics.folder import alive
from obs.metrics.identity import maps
from obs.metrics.records import LEFT


class FileSource:
    """An open metric file, mapped: its values can be read at any time without a system call."""

    def __init__(self, path: Path, keys: Keys) -> None:
        """Raises OSError, also for what is not a regular file of ours."""
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        self.directory = Directory(keys)
        self.buffer: Any = b""
        self.alive = True

    def refresh(self) -> None:
        """See what its owner has added, and whether it lives. Raises OSError or ValueError if it can't be mapped."""
        self._read()
        if self.alive and not alive(self.fd) and not self._recorded_into():
            self.alive = False
            self._read()  # once more: what is read of a file found dead is all that it will ever hold

    def _recorded_into(self) -> bool:
        return LEFT not in self.directory.notes and maps(self.directory.process, self.path.name)

    def _read(self) -> None:
        size = os.fstat(self.fd).st_size
        if size != len(self.buffer):
            self._unmap()
            self.buffer = mmap.mmap(self.fd, size) if size else b""
        self.directory.read(self.buffer, size)

    def same_file(self, other: os.stat_result) -> bool:
        """Whether ``other`` is the file that is open here, which keeps its inode from being used again."""
        return os.path.samestat(os.fstat(self.fd), other)

    def _unmap(self) -> None:
        if isinstance(self.buffer, mmap.mmap):
            self.buffer.close()

    def close(self) -> None:
        self._unmap()
        os.close(self.fd)


class ImageSource:
    """A copy of a store's memory: for a process whose run folder can't be used."""

    alive = True

    def __init__(self, image: bytes, keys: Keys) -> None:
        self.buffer = image
        self.directory = Directory(keys)
        self.directory.read(image, len(image))


Source = FileSource | ImageSource
