"""The folder of one run: SERVICE-RANDOM in the runtime directory, locked while somebody looks after the run."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from obs.metrics.folder import make_private, unusable

LOCK = "run.lock"
"""The file that is locked; :func:`obs.metrics.sweep.sweep` leaves a folder alone in which a ``.lock`` is held."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder, and the ``flock`` that keeps it from being swept: held while any copy of ``lock`` is open.

    The host process has a copy, so the folder of a launcher that was killed lives as long as its host.
    """

    path: Path
    lock: int
    """The file descriptor that holds the lock."""

    @classmethod
    def create(cls, runtime_dir: Path, service: str) -> RunFolder:
        """Make one (mode 0700). Raises StoreError if the runtime directory can't be used or isn't ours alone."""
        path = make_private(runtime_dir) / f"{slug(service)}-{os.urandom(6).hex()}"
        try:
            path.mkdir(0o700)
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            raise unusable(runtime_dir, error) from error
        return cls(path, lock)

    def remove(self) -> None:
        """Remove it with all that is in it, and let go of the lock. Never raises."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            os.close(self.lock)


def slug(service: str) -> str:
    """``service`` fit for a file name, and short: the span socket's whole path has at most 107 bytes."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", service).strip(".-")[:24] or "service"
