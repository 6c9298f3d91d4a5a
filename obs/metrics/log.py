"""The log that one process writes: records appended to memory that a file, or nothing, is behind.

Not safe for several threads: :class:`obs.metrics.store.Store` calls it under its lock. See records.py for the layout.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from obs.metrics import identity, records
from obs.metrics.folder import OwnFile
from obs.metrics.identity import Identity, Role
from obs.metrics.memory import Memory
from obs.metrics.spare import Spare

CHUNK = 64 << 10
"""A file is at least this long, grows by half, and never by less than this: a multiple of every page size."""

_FIRST = len(records.MAGIC)


class Log:
    """An append-only log whose cells keep their addresses over growth, forks and changes of file."""

    def __init__(self, owner: Identity) -> None:
        self.memory = Memory()
        self.file: OwnFile | None = None
        self.identity = owner
        self.role: Role = "service"
        self.end = _FIRST
        self._from_zero: list[tuple[int, int]] = []  # (first byte, bytes) of what is not carried into a child
        self._spare: Spare | None = None
        self.memory.bytes[:_FIRST] = records.MAGIC
        self._append(*self._describe(self._beginning(None)))

    def append(self, fields: list[Any], cells: int = 0, *, carried: bool = False) -> int:
        """Add a record; returns its first cell's index. ``carried`` cells keep their values in a child.

        Raises OSError if there is no room, ValueError if the record is too long.
        """
        self._append(*records.pack(fields, cells), cells)
        start = self.end - cells * 8
        if cells and not carried:
            self._from_zero.append((start, cells * 8))
        return start // 8

    def _append(self, header: int, payload: bytes, cells: int = 0) -> None:
        # Zeros go where the next header will be as well: an interrupted append may have left bytes there.
        body = payload + bytes(cells * 8 + 8)
        start = self.end + 8
        self._make_room(start + len(body))
        self.memory.bytes[start : start + len(body)] = body
        self.memory.words[self.end // 8] = header
        self.end = start + len(body) - 8

    def _make_room(self, end: int) -> None:
        if end > self.memory.size:
            raise OSError(errno.ENOMEM, "the address range for metrics is full")
        if self.file is None or end <= self.file.size:
            return
        mapped = self.file.size
        size = min(_whole_chunks(max(end, mapped * 3 // 2)), self.memory.size)
        self.file.allocate(size)
        self.memory.map_file(self.file.fd, mapped, size)

    def move_to_file(self, folder: Path, *, fresh: bool) -> None:
        """Record into a new file in ``folder`` from now on: with the values so far, or at zero if ``fresh``.

        Raises StoreError or OSError, and then it records into private memory.
        """
        try:
            spare, self._spare = self._spare, None
            if spare is not None and fresh and spare.fits(self.end):
                file = spare.file
                file.take_up()
            else:
                spare, file = None, self._new_file(folder, fresh=fresh)
            try:
                self.memory.map_file(file.fd, 0, file.size)
                self.file = file
                self._begin(spare.beginning if spare else None)
                file.publish()
            except BaseException:
                file.abandon()
                raise
        except BaseException:
            self.move_to_memory(fresh=fresh)
            raise

    def move_to_memory(self, *, fresh: bool) -> None:
        """Record into private memory from now on. Raises OSError. The file that it leaves is not closed."""
        if self.file is not None:
            values = bytes(self.memory.bytes[: self.end])
            self.memory.map_private(self.file.size)
            self.memory.bytes[: self.end] = values
            self.file = None
        if fresh:
            self._zero(self.memory.bytes)
        self._begin()

    def sign_off(self, file: OwnFile) -> None:
        """Say at the end of a file that was left that nothing more will come, if there is room."""
        header, payload = records.pack(["note", records.LEFT, ""], 0)
        if self.end + 8 + len(payload) <= file.size:
            os.pwrite(file.fd, records.word(header) + payload, self.end)

    def _zero(self, image: bytearray | memoryview[int]) -> None:
        for start, length in self._from_zero:
            image[start : start + length] = bytes(length)

    def _new_file(self, folder: Path, *, fresh: bool) -> OwnFile:
        image = bytearray(self.memory.bytes[: self.end])
        if fresh:
            self._zero(image)
        file = OwnFile(folder, _whole_chunks(self.end + 8))
        try:
            os.pwrite(file.fd, image, 0)
        except BaseException:
            file.abandon()
            raise
        return file

    def make_spare(self) -> None:
        """Have the file of a child ready that this thread is about to fork. Raises StoreError or OSError."""
        if self.file is not None:
            file = self._new_file(self.file.folder, fresh=True)
            self._spare = Spare(file, self.end, self._beginning(file))

    def drop_spare(self) -> None:
        """There is no child after all."""
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.file.remove()

    def _begin(self, beginning: bytes | None = None) -> None:
        header, payload = self._describe(beginning or self._beginning(self.file))
        self.memory.bytes[_FIRST + 8 : _FIRST + 8 + len(payload)] = payload
        self.memory.words[_FIRST // 8] = header

    def _beginning(self, file: OwnFile | None) -> bytes:
        return self.identity.beginning(self.role, file.id if file else "private")

    def _describe(self, beginning: bytes) -> tuple[int, bytes]:
        return records.packed(identity.payload(beginning), 0, width=records.IDENTITY_BYTES)


def _whole_chunks(size: int) -> int:
    return -(-size // CHUNK) * CHUNK
