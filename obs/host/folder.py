"""The folder of one run: SERVICE-RANDOM in the runtime directory, locked while somebody looks after the run."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from obs.metrics.folder import SUFFIX, make_private, unusable

YOUNG = 60.0
"""Seconds for which a sweep leaves a folder alone: its maker may not have locked it yet."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder and the lock on it: a ``flock`` on the directory, held while any copy of ``lock`` is open.

    The host process has a copy, so the folder of a launcher that was killed lives as long as its host.
    """

    path: Path
    lock: int
    """The file descriptor of the directory."""

    @classmethod
    def create(cls, runtime_dir: Path, service: str) -> RunFolder:
        """Make one (mode 0700). Raises StoreError if the runtime directory can't be used or isn't ours alone."""
        path = make_private(runtime_dir) / f"{slug(service)}-{secrets.token_hex(6)}"
        try:
            path.mkdir(0o700)
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
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


def sweep(runtime_dir: Path) -> list[Path]:
    """Remove the folders of runs that nobody looks after and no process is in; returns them. Never raises."""
    swept = []
    for path in stale(runtime_dir):
        shutil.rmtree(path, ignore_errors=True)
        swept.append(path)
    return swept


def stale(runtime_dir: Path) -> Iterator[Path]:
    with suppress(OSError):
        for entry in list(os.scandir(runtime_dir)):
            if entry.is_dir(follow_symlinks=False) and is_old(entry) and not is_locked(entry.path):
                folder = Path(entry.path)
                if not any(is_locked(file) for file in folder.glob(f"*{SUFFIX}")):
                    yield folder


def is_old(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > YOUNG
    return False


def is_locked(path: str | Path) -> bool:
    """Whether some living process holds the ``flock`` of a file or folder; yes if it can't be told."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
