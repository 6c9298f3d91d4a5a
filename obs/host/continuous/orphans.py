"""The py-spys of a host process that was killed: they would look on until their time is over."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from obs.host.pyspy.recording import PREFIX


def clear(folder: Path, proc: Path = Path("/proc")) -> list[int]:
    """End every program that was told to write into a py-spy's folder in ``folder``, and remove those folders.

    For a host that begins: nothing of its own runs yet. Returns the pids.
    """
    ended = list(writers(f"{folder / PREFIX}".encode(), proc))
    for pid in ended:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for left in folder.glob(f"{PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    return ended


def writers(beginning: bytes, proc: Path) -> Iterator[int]:
    """The processes with an argument that begins so: no other program is told of a folder with a random name."""
    for path in proc.glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if any(argument.startswith(beginning) for argument in path.read_bytes().split(b"\0")):
                yield int(path.parent.name)
