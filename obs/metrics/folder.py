"""The run folder: private to its user, with one file for each process, alive while its flock is held.

Names are random and not pids, for two containers may share a folder and have equal pids. A POSIX lock would be lost
when its owner opens the file again; a flock lasts until the process and every child that kept the descriptor is gone.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from pathlib import Path

from obs import native
from obs.errors import StoreError

SUFFIX = ".obs"
UNFINISHED = ".new"
FOLDED = "folded.obs"
"""The counts of dead processes, see fold.py."""


def make_private(path: Path) -> Path:
    """``path`` as a folder that only we can read, made if it is missing. Raises StoreError with the fix."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        _check_private(path, path.lstat())
    except OSError as error:
        raise unusable(path, error) from error
    return path


def _check_private(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{path}: it is not a folder (a link is refused); remove it or set OBS_RUNTIME_DIR elsewhere")
    if found.st_uid != os.geteuid():
        raise StoreError(
            f"{path}: it belongs to user {found.st_uid} and this is {os.geteuid()}; set OBS_RUNTIME_DIR to a folder of "
            "your own, or to one that does not exist yet"
        )
    if found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise StoreError(
            f"{path}: its mode is {mode:04o}, open to others; chmod 700 it, or set OBS_RUNTIME_DIR elsewhere"
        )


def unusable(path: Path, error: OSError) -> StoreError:
    """The StoreError for ``error`` at ``path``, with what would help."""
    fixes = {
        errno.ENOSPC: "make room there, give /dev/shm more (docker --shm-size), or set OBS_RUNTIME_DIR elsewhere",
        errno.EFBIG: "raise the limit of file sizes (ulimit -f)",
        errno.EMFILE: "raise the limit of open files (ulimit -n)",
    }
    fix = fixes.get(error.errno or 0, "set OBS_RUNTIME_DIR to a folder that this user can write")
    return StoreError(f"{path}: {os.strerror(error.errno or 0)}; {fix}")


def alive(fd: int) -> bool:
    """Whether the owner of the open file ``fd`` lives. Readers share the lock: they don't disturb each other."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(fd, fcntl.LOCK_UN)
    return False


class OwnFile:
    """The file that this process records into: locked and whole before anybody can see it."""

    def __init__(self, folder: Path, size: int, suffix: str = SUFFIX) -> None:
        """A new file of ``size`` bytes of zeros in ``folder``, unseen until :meth:`publish`. Raises StoreError."""
        self.folder = folder
        self.id = os.urandom(8).hex()
        self.path = folder / (self.id + suffix)
        self.size = 0
        # As text: a child that was forked for a job renames it, and each line of pathlib's costs it copies of pages.
        self._published, self._unfinished = str(self.path), str(folder / (self.id + UNFINISHED))
        try:
            self.fd = os.open(self._unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unusable(folder, error) from error
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stat = os.fstat(self.fd)
            self.allocate(size)
        except OSError as error:
            self.abandon()
            raise unusable(folder, error) from error

    def allocate(self, size: int) -> None:
        """Make the file ``size`` bytes long with the space taken now: a hole would be a SIGBUS on a full disk.

        Raises OSError.
        """
        if not self._ours():
            self._reopen()
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self.fd, self.size, size - self.size)
        else:  # macOS
            os.pwrite(self.fd, bytes(size - self.size), self.size)
        self.size = size

    def _ours(self) -> bool:
        """Whether the descriptor is still this file: a daemon closes them all, and its number may be another's now."""
        try:
            return os.path.samestat(self._stat, os.fstat(self.fd))
        except OSError:
            return False

    def _reopen(self) -> None:
        self.fd = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def publish(self) -> None:
        """Let readers see the file. Raises StoreError."""
        try:
            os.rename(self._unfinished, self._published)  # noqa: PTH104  see __init__
        except OSError as error:
            raise unusable(self.folder, error) from error

    def abandon(self) -> None:
        """Give up before :meth:`publish`."""
        self.remove()
        os.close(self.fd)

    def remove(self) -> None:
        """The file, before :meth:`publish`. Never raises."""
        with contextlib.suppress(OSError):
            os.unlink(self._unfinished)  # noqa: PTH108

    def put_down(self) -> None:
        """Close it before :meth:`publish`: a child of this process will :meth:`take_up` what is in it."""
        native.original("os", "close")(self.fd)

    def take_up(self) -> None:
        """Raises OSError."""
        self.fd = os.open(self._unfinished, os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        """Let go of the file. It counts as dead when no other process holds it."""
        if self._ours():
            # gevent's own close may put it off to its loop, and the lock would be held until then.
            native.original("os", "close")(self.fd)
