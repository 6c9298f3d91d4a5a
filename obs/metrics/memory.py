"""A range of addresses that a process's cells live at for good, whatever is behind it.

The range is reserved once. A file is mapped into it as it grows, a forked child maps a file of its own over it, and a
process that gives its file up maps private memory there: every handle bound before stays valid, because it only knows
the address. What lies behind the file's end is private memory too, so a stray write there is lost and not a signal.
"""

from __future__ import annotations

import ctypes
import mmap
import os

RESERVED = 64 << 20
"""Bytes of address space, not of memory: room for some 250,000 histograms of 14 buckets."""

_MAP_FIXED = 0x10  # the same on Linux and macOS; Python's mmap module can't map at a given address
_NORESERVE = 0x4000 if os.uname().sysname == "Linux" else 0
_POPULATE = getattr(mmap, "MAP_POPULATE", 0)  # else each page costs a fault of its own, the first on a hot path
_FAILED = ctypes.c_void_p(-1).value

# PyDLL keeps the GIL, so that no other Python thread can write between a copy and the mapping over it.
_mmap = ctypes.PyDLL(None, use_errno=True).mmap
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64)


class Memory:
    """The range in three views of the same bytes: ``bytes``, ``cells`` (64-bit floats) and ``words`` (integers)."""

    def __init__(self, size: int = RESERVED) -> None:
        self._range = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NORESERVE)
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self._range))
        self.size = size
        self.bytes = memoryview(self._range)
        self.cells = self.bytes.cast("d")
        self.words = self.bytes.cast("Q")

    def map_file(self, fd: int, start: int, end: int) -> None:
        """Put the file's bytes ``start`` to ``end`` (multiples of a page) at their place. Raises OSError."""
        self._map(start, end, mmap.MAP_SHARED | _POPULATE, fd)

    def map_private(self, end: int) -> None:
        """Put fresh zeros, of this process only, at the bytes up to ``end``. Raises OSError."""
        self._map(0, end, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1)

    def _map(self, start: int, end: int, flags: int, fd: int) -> None:
        access = mmap.PROT_READ | mmap.PROT_WRITE
        offset = start if fd >= 0 else 0
        if _mmap(self._address + start, end - start, access, flags | _MAP_FIXED, fd, offset) == _FAILED:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))
