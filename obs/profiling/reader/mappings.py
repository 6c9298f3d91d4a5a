"""What is mapped into a process: proc(5), /proc/PID/maps and /proc/PID/pagemap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from obs.profiling.reader.memory import PAGE

DELETED = " (deleted)"

_PRESENT = re.compile(rb"[\x80-\xff]+")
"""Of each page's entry the highest byte, whose highest bit says that the page is in memory."""


class Mapping(NamedTuple):
    start: int
    end: int
    mode: str
    """``rw-p`` and the like."""
    file: str
    """Empty for memory of no file; ``[heap]``, ``[stack]`` and so on."""


def mappings(pid: int, proc: Path = Path("/proc")) -> list[Mapping]:
    """In order of their addresses, the files named as the process sees them. Raises OSError."""
    own = root(pid, proc)
    found = [parse(line) for line in (proc / str(pid) / "maps").read_text(errors="replace").splitlines()]
    return [each._replace(file=inside(own, each.file)) for each in found] if own else found


def root(pid: int, proc: Path = Path("/proc")) -> str:
    """Where we see a process's root, if that is a folder below ours; empty if it isn't. Raises OSError."""
    return str((proc / str(pid) / "root").readlink()).rstrip("/")


def inside(root: str, file: str) -> str:
    """A file that we see, as who has that root sees it."""
    return file.removeprefix(root) if file.startswith(f"{root}/") else file


def parse(line: str) -> Mapping:
    span, mode, _, _, _, *file = line.split(None, 5)
    start, end = (int(part, 16) for part in span.split("-"))
    return Mapping(start, end, mode, file[0] if file else "")


def base(found: Sequence[Mapping], file: str) -> int:
    """The address where a file begins; 0 if it isn't mapped."""
    return next((each.start for each in found if each.file == file), 0)


def heaps(found: Sequence[Mapping]) -> list[Mapping]:
    """Where objects may be: writable private memory of no file, the threads' and kernel's own left out."""
    return [each for each in found if each.mode.startswith("rw-p") and each.file in ("", "[heap]")]


def present(pid: int, mapping: Mapping, proc: Path = Path("/proc")) -> Iterator[tuple[int, int]]:
    """The parts of it that are in memory, as address and size: reading the others would bring them there.

    All of it if the kernel does not say.
    """
    try:
        with (proc / str(pid) / "pagemap").open("rb", buffering=0) as file:
            file.seek(mapping.start // PAGE * 8)
            entries = file.read((mapping.end - mapping.start) // PAGE * 8)
    except OSError:
        entries = b""
    if not entries:
        yield mapping.start, mapping.end - mapping.start
        return
    for found in _PRESENT.finditer(entries[7::8]):
        yield mapping.start + found.start() * PAGE, (found.end() - found.start()) * PAGE
