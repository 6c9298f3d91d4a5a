"""Where greenlets are, in all of a process's memory.

greenlet keeps what is a greenlet's own in a C++ object, which begins with the address of its class's table of virtual
functions. Memory is searched for that address: no list is followed that may change meanwhile, and it takes a tenth of a
second for some hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from obs.profiling.reader.layout import Layout
from obs.profiling.reader.mappings import Mapping, base, heaps, mappings, present
from obs.profiling.reader.memory import MOST, many

CHUNK = 1 << 20
"""Bytes that are read at a time."""


class Found:
    """Some addresses of greenlets' own parts, and whether each is a main one."""

    def __init__(self) -> None:
        self.own: dict[int, bool] = {}
        self.bytes = 0
        """That were looked through."""


def scan(pid: int, layout: Layout, found: Found) -> Iterator[None]:
    """Look for greenlets of process ``pid``, and stop after each chunk: whoever calls may rest. Raises OSError."""
    maps = mappings(pid)
    tables = [(table.to_bytes(8, "little"), main) for table, main in tables_of(maps, layout).items()]
    if not tables:
        return
    for some in batches(chunks(pid, heaps(maps))):
        for (address, size), data in zip(some, many(pid, some), strict=True):
            found.bytes += size
            for table, main in tables:
                found.own.update((address + at, main) for at in places(data, table))
        yield


def batches(parts: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Parts together until they have the size of a chunk."""
    some: list[tuple[int, int]] = []
    total = 0
    for part in parts:
        some.append(part)
        total += part[1]
        if total >= CHUNK or len(some) == MOST:
            yield some
            some, total = [], 0
    if some:
        yield some


def tables_of(maps: Sequence[Mapping], layout: Layout) -> dict[int, bool]:
    """What a greenlet's own part begins with there, and whether it is then a main one; nothing without greenlet."""
    start = base(maps, layout.greenlet_file) if layout.greenlet_file else 0
    return {start + layout.greenlet_user: False, start + layout.greenlet_main: True} if start else {}


def chunks(pid: int, areas: list[Mapping]) -> Iterator[tuple[int, int]]:
    """What is in memory of some mappings, in parts."""
    for area in areas:
        for address, size in present(pid, area):
            for at in range(0, size, CHUNK):
                yield address + at, min(CHUNK, size - at)


def places(data: bytes, wanted: bytes) -> Iterator[int]:
    """Where the address ``wanted`` is, at multiples of eight.

    The search is for its first six bytes, six times as fast: without the zeros, of which memory is full.
    """
    short = wanted[:6]
    at = data.find(short)
    while at >= 0:
        if not at % 8 and data[at + 6 : at + 8] == wanted[6:]:
            yield at
        at = data.find(short, at + 1)
