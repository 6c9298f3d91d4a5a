"""Searches of this process's own memory, through the system call that a reader uses: a wrong address can't crash it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from obs.profiling.reader.memory import Memory, UnreadableError, words

OWN = Memory(os.getpid())


class NotFoundError(Exception):
    """Something is not where any build that is known has it: what."""


def places(address: int, value: int, most: int = 512) -> set[int]:
    """Offsets from ``address`` at which ``value`` is, within ``most`` bytes."""
    found = words(OWN.pages(address, most))
    return {8 * at for at, word in enumerate(found) if word == value}


def one(what: str, candidates: Iterable[set[int]]) -> int:
    """The first offset that is in each of the sets."""
    found = set.intersection(*candidates)
    if not found:
        raise NotFoundError(what)
    return min(found)


def common(what: str, pairs: Iterable[tuple[int, int]], most: int = 512) -> int:
    """The first offset at which the memory of each address has its value: ``pairs`` of address and value."""
    return one(what, [places(address, value, most) for address, value in pairs])


def word(address: int) -> int:
    """What is there; 0 if nothing is."""
    try:
        return OWN.word(address)
    except UnreadableError:
        return 0


def number(address: int, size: int) -> int:
    return int.from_bytes(OWN.read(address, size), "little")


def content(what: str, address: int, data: bytes, most: int = 256) -> int:
    """The offset from ``address`` at which ``data`` begins."""
    found = OWN.pages(address, most).find(data)
    if found < 0:
        raise NotFoundError(what)
    return found


def base_of(address: int) -> tuple[str, int]:
    """The file that is mapped at an address, and the address where it begins."""
    starts: dict[str, int] = {}
    with Path("/proc/self/maps").open() as lines:
        for line in lines:
            span, _, _, _, _, *path = line.split(None, 5)
            low, high = (int(part, 16) for part in span.split("-"))
            file = path[0].strip() if path else ""
            if file:
                starts.setdefault(file, low)
            if low <= address < high:
                return owner(file, starts)
    raise NotFoundError("the file at an address")


def owner(file: str, starts: dict[str, int]) -> tuple[str, int]:
    """Of a part without a name (a library's zeroed data) the library is the one that was listed last."""
    if file and not file.startswith("["):
        return file, starts[file]
    last = [name for name in starts if not name.startswith("[")]
    if not last:
        raise NotFoundError("the file at an address")
    return last[-1], starts[last[-1]]
