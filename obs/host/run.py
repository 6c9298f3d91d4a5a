"""What a launcher tells its host process, and how: a pickled value in memory, as the host's standard input.

Not through the environment or obs.toml again: a host that is started again must find the settings that the run began
with, also when somebody has edited the file since.
"""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path

from obs.config import Config


@dataclass(frozen=True, slots=True)
class Run:
    """One ``obs run``. The sockets are inherited file descriptors, None for a part that is off."""

    config: Config
    folder: Path
    launcher: int
    """The launcher's pid: when it is no longer the host's parent, it is gone."""
    lock: int
    listener: int | None
    spans: int | None
    token: str = field(default="", repr=False)
    """Of the live view; empty if that is off."""

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the host inherits beside the standard three."""
        return tuple(fd for fd in (self.lock, self.listener, self.spans) if fd is not None)

    def write(self) -> int:
        """A file descriptor that :meth:`read` finds this value in, however often."""
        fd = os.memfd_create("obs-run")
        os.pwrite(fd, pickle.dumps(self), 0)
        return fd

    @staticmethod
    def read(fd: int) -> Run:
        """The value that :meth:`write` put there. Only a launcher's own memory is read: nobody else can write to it."""
        run: Run = pickle.loads(os.pread(fd, os.fstat(fd).st_size, 0))  # noqa: S301
        return run
