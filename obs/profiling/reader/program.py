"""Which program and libraries a process runs: a layout is of these, and of no others."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from obs.profiling.reader.errors import ForbiddenError, ReaderError
from obs.profiling.reader.mappings import DELETED, Mapping, inside, root

LIBRARIES = ("libpython3", "_greenlet.", "_gevent_cgreenlet.")
"""How the names of those begin that a layout depends on."""

YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")  # Documentation/admin-guide/LSM/Yama.rst
FIXES = {
    "": "run this as its user with CAP_SYS_PTRACE or as root (obs doctor tells what is in the way)",
    "1": "run this as its user with CAP_SYS_PTRACE or as root, set kernel.yama.ptrace_scope to 0, or start it with "
    "obs run, which names who may (obs doctor tells which it is)",
    "2": "run this as its user with CAP_SYS_PTRACE or as root, or set kernel.yama.ptrace_scope to 1",
    "3": "kernel.yama.ptrace_scope is 3, which forbids it to everybody, root too, until the next boot with less",
}
"""By Yama's scope; the first is for where it has no say."""


class Program(NamedTuple):
    """What a process runs; paths are as it sees them."""

    pid: int
    path: str
    """Ends with DELETED if it has been replaced since: it can still be told apart, but not be run."""
    libraries: tuple[str, ...]

    def identity(self, *texts: str) -> str:
        """The same for processes with the same program and libraries, and the same ``texts``. Raises ReaderError."""
        stated = [f"/proc/{self.pid}/exe", *(f"/proc/{self.pid}/root{file}" for file in self.libraries)]
        try:
            found = [f"{each.st_dev} {each.st_ino} {each.st_size} {each.st_mtime_ns}" for each in map(os.stat, stated)]
        except PermissionError:
            raise forbidden(self.pid) from None
        except OSError as error:
            raise ReaderError(f"process {self.pid}: {error.filename} can't be seen: {error.strerror}") from None
        parts = [platform.machine(), *texts, self.path.removesuffix(DELETED), *self.libraries, *found]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    @property
    def site(self) -> str:
        """The folder from which the process has imported greenlet; empty if it has not."""
        return next((str(Path(file).parents[1]) for file in self.libraries if "/_greenlet." in file), "")


def program(pid: int, maps: Sequence[Mapping]) -> Program:
    """The program must be CPython's. Raises ReaderError."""
    try:
        path = inside(root(pid), str(Path(f"/proc/{pid}/exe").readlink()))
    except PermissionError:
        raise forbidden(pid) from None
    except OSError:
        raise ReaderError(f"process {pid} has ended, or can't be seen from here") from None
    if "python" not in Path(path).name:
        raise ReaderError(f"process {pid} runs {path}: only CPython's own program can be read, none that embeds it")
    return Program(pid, path, tuple(sorted(set(libraries(maps)))))


def libraries(maps: Sequence[Mapping]) -> Iterator[str]:
    """The files that a layout depends on. Raises ReaderError if one has been replaced since."""
    for each in maps:
        if Path(each.file).name.startswith(LIBRARIES):
            if each.file.endswith(DELETED):
                name = each.file.removesuffix(DELETED)
                raise ReaderError(f"{name} has been replaced since the process started: start it again")
            yield each.file


def forbidden(pid: int, scope: Path = YAMA) -> ForbiddenError:
    """The one line that says what to grant: under Yama's scope 2 no ancestor may read, under 3 not even root."""
    fix = FIXES.get(scope.read_text().strip() if scope.exists() else "", FIXES[""])
    return ForbiddenError(f"process {pid} can't be read: {fix}")
