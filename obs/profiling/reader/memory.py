"""The memory of another process, read without its help and without stopping it: process_vm_readv(2)."""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain

MOST = 1024
"""Pieces of one call: IOV_MAX."""

PAGE = 4096

_WORD = struct.Struct("<Q")  # Linux on x86-64 and AArch64 is little-endian


class Iovec(ctypes.Structure):
    """See process_vm_readv(2)."""

    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


# PyDLL keeps the GIL: a call takes a microsecond, and letting go of the GIL would take longer.
_short = ctypes.PyDLL(None, use_errno=True).process_vm_readv
_long = ctypes.CDLL(None, use_errno=True).process_vm_readv
for _call in (_short, _long):
    _call.restype = ctypes.c_ssize_t
    _call.argtypes = (ctypes.c_int, *(ctypes.c_void_p, ctypes.c_ulong) * 2, ctypes.c_ulong)


class UnreadableError(OSError):
    """Memory that isn't there, or not any more (EFAULT)."""


def fail(read: int) -> None:
    """Raise for the last call: UnreadableError, ProcessLookupError, PermissionError or another OSError.

    ``read``: what it returned. Where only the first pieces are there, it is how many bytes those have, and no error.
    """
    number = errno.EFAULT if read >= 0 else ctypes.get_errno()
    if number in (errno.EFAULT, errno.EIO, errno.ENOMEM):
        raise UnreadableError(number, "no such memory")
    raise OSError(number, "process_vm_readv")


class Memory:
    """That of process ``pid``. Not for several threads at once."""

    def __init__(self, pid: int, *, keep_gil: bool = True) -> None:
        self.pid = pid
        self._readv = _short if keep_gil else _long
        self._local, self._remote = Iovec(), Iovec()
        self._at = ctypes.addressof(self._local), ctypes.addressof(self._remote)
        self._page = (ctypes.c_char * PAGE)()
        self._page_at = ctypes.addressof(self._page)

    def read(self, address: int, size: int) -> bytes:
        """``size`` bytes. Raises OSError as :func:`fail`."""
        if not 0 < address < 1 << 56:
            raise UnreadableError(errno.EFAULT, "no such memory")
        where = self._page_at
        if size > PAGE:
            large = (ctypes.c_char * size)()
            where = ctypes.addressof(large)
        local, remote = self._local, self._remote
        local.base, local.size = where, size
        remote.base, remote.size = address, size
        found = self._readv(self.pid, self._at[0], 1, self._at[1], 1, 0)
        if found != size:
            fail(found)
        return ctypes.string_at(where, size)

    def word(self, address: int) -> int:
        """Eight bytes as a number."""
        found: int = _WORD.unpack(self.read(address, 8))[0]
        return found

    def pages(self, address: int, most: int) -> bytes:
        """Up to ``most`` bytes: as many as are there."""
        found = b""
        while len(found) < most:
            try:
                found += self.read(address + len(found), min(PAGE - (address + len(found)) % PAGE, most - len(found)))
            except UnreadableError:
                break
        return found


def iovecs(places: Sequence[tuple[int, int]]) -> ctypes.Array[ctypes.c_char]:
    """An array of them, ten times as fast as it would be made of :class:`Iovec`: two words each."""
    return ctypes.create_string_buffer(struct.pack(f"{2 * len(places)}Q", *chain.from_iterable(places)))


class Pieces:
    """Places that are read again and again, in one call for each thousand: for a moment's picture."""

    def __init__(self, pid: int, places: Sequence[tuple[int, int]]) -> None:
        """``places``: address and size of each."""
        self.pid, self.places = pid, places
        self.size = sum(size for _, size in places)
        self._buffer = (ctypes.c_char * max(self.size, 1))()
        self._remote = iovecs(places)
        self._calls = list(self._plan())

    def _plan(self) -> list[tuple[Iovec, int, int, int]]:
        """Of each call: where the bytes go, the first of its places, how many, how many bytes."""
        found, at, base = [], 0, ctypes.addressof(self._buffer)
        remote = ctypes.addressof(self._remote)
        for first in range(0, len(self.places), MOST):
            part = self.places[first : first + MOST]
            size = sum(size for _, size in part)
            found.append((Iovec(base + at, size), remote + first * ctypes.sizeof(Iovec), len(part), size))
            at += size
        return found

    def read(self) -> bytes:
        """All of them, one behind the other. Raises OSError as :func:`fail`."""
        for local, remote, count, size in self._calls:
            found = _short(self.pid, ctypes.addressof(local), 1, remote, count, 0)
            if found != size:
                fail(found)
        return self._buffer.raw[: self.size]


def many(pid: int, places: Sequence[tuple[int, int]]) -> list[bytes]:
    """Each of ``places``; empty for one that isn't there. Raises OSError if the process is."""
    found: list[bytes] = []
    while len(found) < len(places):
        found += _some(pid, places[len(found) : len(found) + MOST])
    return found


def _some(pid: int, places: Sequence[tuple[int, int]]) -> list[bytes]:
    """As many as one call gives; the one that it ends at is empty."""
    buffer = (ctypes.c_char * sum(size for _, size in places))()
    local = Iovec(ctypes.addressof(buffer), len(buffer))
    remote = iovecs(places)
    count = _long(pid, ctypes.addressof(local), 1, ctypes.addressof(remote), len(places), 0)
    if count < 0:
        with suppress(UnreadableError):
            fail(count)
    found, at, data = [], 0, buffer.raw
    for _, size in places:
        if at + size > count:
            found.append(b"")
            break
        found.append(data[at : at + size])
        at += size
    return found


def words(data: bytes) -> Sequence[int]:
    """What was read, as numbers of eight bytes."""
    return memoryview(data[: len(data) // 8 * 8]).cast("Q")


def word(data: bytes, at: int) -> int:
    """Eight bytes of what was read, as a number. Raises UnreadableError if it was less."""
    try:
        found: int = _WORD.unpack_from(data, at)[0]
    except struct.error:
        raise UnreadableError(errno.EFAULT, "no such memory") from None
    return found


def half(data: bytes, at: int) -> int:
    """Four bytes of it."""
    return int.from_bytes(data[at : at + 4], "little")
