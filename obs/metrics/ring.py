"""A ring of records in shared memory: written by one process, read by others without a lock, and there after a crash.

    file     HEADER bytes, then the ring
    header   MAGIC (8 bytes), words (u64) by :class:`Word`, the identity at IDENTITY_AT, the note at NOTE_AT
    ring     records, each at an offset that is a multiple of 8; the newest overwrite the oldest
    record   MARK (u32), payload's length (u32), position (u64), CRC-32 of position, length and payload (u32), 4 zeros,
             payload, padded to a multiple of 8
    area     length (u32), CRC-32 (u32), payload: the identity and the note, written in place

A record's position is the number of bytes ever written before it, and its offset is the position modulo the ring's
size: so a reader needs no pointer, and whatever a crash leaves, each record says itself whether it is whole. Payloads
are JSON, in which the bytes of MARK can't be.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from obs.metrics import forks
from obs.metrics.folder import OwnFile
from obs.metrics.records import dumps

SUFFIX = ".ring"
MAGIC = b"obsring\x01"
MARK = b"\xfe\xffOB"
HEADER = 8192
SIZE = 128 << 10
"""Bytes of a ring: some 60 records with all their stacks, several hundred without."""

LONGEST = SIZE // 8
"""Bytes of one record, so that a few always fit."""

IDENTITY_AT, IDENTITY_BYTES = 256, 1024
NOTE_AT, NOTE_BYTES = 2048, HEADER - 2048

_RECORD = struct.Struct("=4sIQI4x")
_AREA = struct.Struct("=II")
_WORD = struct.Struct("=Q")
_PLACE = struct.Struct("=QI")


class Word(IntEnum):
    """The words of a header after the magic, by index."""

    SIZE = 1
    WRITTEN = 2
    """The position of the next record."""
    BEAT = 3
    """``perf_counter_ns`` of the writer's last sign of life."""
    DUE = 4
    """When it means to give the next."""
    THREAD = 5
    """The system's id of the thread that gives them."""


class Record(NamedTuple):
    """A whole record."""

    position: int
    value: dict[str, Any]


class Ring:
    """One process's ring. Not for several threads at once. In a forked child it is closed: the child makes its own."""

    def __init__(self, folder: Path, identity: dict[str, Any], size: int = SIZE) -> None:
        """A new file in ``folder``. Raises StoreError or OSError, also for want of space, which is never a signal."""
        self._file: OwnFile | None = OwnFile(folder, HEADER + size, SUFFIX)
        self.path, self.id = self._file.path, self._file.id
        try:
            self._map = mmap.mmap(self._file.fd, HEADER + size)
            self._bytes = memoryview(self._map)
            self.words = self._bytes.cast("Q")
            self._size = size
            self._position = 0
            self.words[Word.SIZE] = size
            self._write_area(IDENTITY_AT, IDENTITY_BYTES, dumps({**identity, "id": self.id}))
            self._bytes[: len(MAGIC)] = MAGIC
            self._file.publish()
        except BaseException:
            self._file.abandon()
            raise
        forks.follow(self)

    @property
    def is_open(self) -> bool:
        return self._file is not None

    def append(self, value: dict[str, Any]) -> None:
        """Add a record. Raises ValueError if it is too long, or if the ring is closed."""
        payload = dumps(value)
        room = _RECORD.size + -(-len(payload) // 8) * 8
        if room > min(LONGEST, self._size) or self._file is None:
            raise ValueError(f"a record of {len(payload)} bytes is too long, or the ring is closed")
        at = self._position % self._size
        if at + room > self._size:  # records don't go around the end
            self._position += self._size - at
            at = 0
        self._store(HEADER + at, payload)
        self._position += room
        self.words[Word.WRITTEN] = self._position
        os.utime(self._file.fd)  # stores into a mapping don't change the time of a file on tmpfs

    def _store(self, at: int, payload: bytes) -> None:
        """The checksum last: until then the record is none."""
        head = _RECORD.pack(MARK, len(payload), self._position, 0)
        self._bytes[at : at + len(head)] = head
        self._bytes[at + len(head) : at + len(head) + len(payload)] = payload
        self.words[at // 8 + 2] = checksum(self._position, payload)

    def note(self, value: dict[str, Any] | None) -> bool:
        """Say in place what is under way; None: nothing is. False if it is too long, and then nothing is said."""
        return self._write_area(NOTE_AT, NOTE_BYTES, b"" if value is None else dumps(value))

    def _write_area(self, at: int, room: int, payload: bytes) -> bool:
        fits = len(payload) <= room - _AREA.size and self._file is not None
        if self._file is not None:
            self.words[at // 8] = 0
        if fits and payload:
            self._bytes[at + _AREA.size : at + _AREA.size + len(payload)] = payload
            self.words[at // 8] = _WORD.unpack(_AREA.pack(len(payload), crc32(payload)))[0]
        return fits

    def close(self) -> None:
        """Let go of the file, which readers keep. Idempotent."""
        file, self._file = self._file, None
        if file is not None:
            self.words.release()
            self._bytes.release()
            self._map.close()
            file.close()

    def become_child(self, *, lasting: bool) -> None:  # noqa: ARG002  the signature of forks.Forked
        """After a fork: the file is the parent's."""
        self.close()


class Image(NamedTuple):
    """What a ring file holds at one moment."""

    identity: dict[str, Any]
    """Empty if the file is not a ring's."""
    note: dict[str, Any]
    """What the process says is under way; empty for nothing."""
    records: list[Record]
    """Oldest first."""
    torn: int
    """Records that are not whole: one that is being written, or a process died in the middle of it."""


NOTHING = Image({}, {}, [], 0)


def identity(head: bytes) -> dict[str, Any]:
    """Whose a ring is, by the first :data:`HEADER` bytes of its file; empty if they don't say."""
    return area(head, IDENTITY_AT, IDENTITY_BYTES) if head[: len(MAGIC)] == MAGIC and len(head) >= HEADER else {}


def read(content: bytes) -> Image:
    """Read the bytes of a ring file."""
    if content[: len(MAGIC)] != MAGIC or len(content) <= HEADER:
        return NOTHING
    records, torn = scan(content[HEADER:])
    identity = area(content, IDENTITY_AT, IDENTITY_BYTES)
    return Image(identity, area(content, NOTE_AT, NOTE_BYTES), records, torn) if identity else NOTHING


def area(content: bytes, at: int, room: int) -> dict[str, Any]:
    """The value of an area; empty if there is none, or if it is not whole."""
    length, check = _AREA.unpack_from(content, at)
    payload = content[at + _AREA.size : at + _AREA.size + length]
    return parse(payload) or {} if length <= room - _AREA.size and crc32(payload) == check else {}


def scan(ring: bytes) -> tuple[list[Record], int]:
    """Every whole record, oldest first, and how many are torn."""
    found, torn, at = [], 0, ring.find(MARK)
    while at >= 0:
        record, end = _record(ring, at)
        if record is not None:
            found.append(record)
        elif end:
            torn += 1
        at = ring.find(MARK, end if record is not None else at + 1)
    found.sort()
    # What stands in the gap that the last lap left at the end has lost its neighbours.
    oldest = found[-1].position - len(ring) if found else 0
    return [record for record in found if record.position > oldest], torn


def _record(ring: bytes, at: int) -> tuple[Record | None, int]:
    """The record at ``at`` and its end; ``(None, 0)`` if none begins there, ``(None, at)`` if it is not whole."""
    if at % 8 or at + _RECORD.size > len(ring):
        return None, 0
    _, length, position, check = _RECORD.unpack_from(ring, at)
    if position % len(ring) != at:
        return None, 0
    payload = ring[at + _RECORD.size : at + _RECORD.size + length]
    value = parse(payload) if checksum(position, payload) == check else None
    return (None, at or 1) if value is None else (Record(position, value), at + _RECORD.size + length)


def checksum(position: int, payload: bytes) -> int:
    """What a whole record says of itself."""
    return crc32(payload, crc32(_PLACE.pack(position, len(payload))))


def parse(payload: bytes) -> dict[str, Any] | None:
    """The object that is in ``payload``; None for what is none."""
    try:
        value = json.loads(payload)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
