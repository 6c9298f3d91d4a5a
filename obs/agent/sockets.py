"""Sockets in the run folder, made with the interpreter's own module: gevent patches ``socket``, never ``_socket``."""

from __future__ import annotations

import _socket
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from obs.agent.operation import Peer
from obs.native import original

SUFFIX = ".agent"
"""A process's socket is named like its metric file, whose lock says whether its owner lives."""

LONGEST = 100
"""Bytes of a path that a socket address surely holds (107 on Linux, 103 on macOS)."""

BACKLOG = 16

_CREDENTIALS = struct.Struct("3i")

Socket = Any
"""A ``_socket.socket``, which type checkers don't know apart."""


def listen(path: Path) -> Socket:
    """A socket that listens at ``path``, for its user alone. Raises OSError."""
    made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        made.setblocking(False)  # noqa: FBT003  a socket's own signature
        with address(path) as where:
            made.bind(where)
        path.chmod(0o600)
        made.listen(BACKLOG)
    except BaseException:
        made.close()
        raise
    return made


def accept(listener: Socket) -> Socket | None:
    """The next who asks; None if nobody does any more. Raises OSError if there is no descriptor for him."""
    try:
        fd, _ = listener._accept()  # noqa: SLF001  what socket.accept calls; it has no public name in _socket
    except (BlockingIOError, ConnectionAbortedError):
        return None
    client = _socket.socket(fileno=fd)
    client.setblocking(False)  # noqa: FBT003  a socket's own signature
    return client


def connect(path: Path, seconds: float) -> Socket:
    """A connection to who listens at ``path``; reads and writes wait up to ``seconds``. Raises OSError."""
    made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        made.settimeout(seconds)
        with address(path) as where:
            made.connect(where)
    except BaseException:
        made.close()
        raise
    return made


@contextmanager
def address(path: Path) -> Iterator[str]:
    """``path`` for bind and connect: by way of its open folder if it is too long for an address."""
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        close(folder)


def close(fd: int) -> None:
    """Close a descriptor now: gevent's own close may put it off to its loop."""
    original("os", "close")(fd)


def peer(connection: Socket) -> Peer | None:
    """Who is at the other end; None where the kernel doesn't say."""
    option = getattr(_socket, "SO_PEERCRED", None)
    if option is None:
        return None
    found = connection.getsockopt(_socket.SOL_SOCKET, option, _CREDENTIALS.size)
    return Peer(*_CREDENTIALS.unpack(found))


def may_ask(other: Peer | None) -> bool:
    """Whether that is this process's own user, or root. Where the kernel doesn't say, the folder's mode decides."""
    return other is None or other.uid in (0, os.geteuid(), os.getuid())


def poll() -> Any:
    """A ``select.poll`` of the system's."""
    return original("select", "poll")()


POLLIN, POLLOUT = 1, 4  # poll(2); gevent removes the names of select where it patches it


def remove(path: Path) -> None:
    """Remove a socket's file. Never raises."""
    with suppress(OSError):
        path.unlink()


def sweep(folder: Path, alive: Callable[[Path], bool]) -> list[Path]:
    """Remove the sockets of dead processes, whose metric file is gone or not ``alive``. Returns them; never raises."""
    removed = []
    with suppress(OSError):
        for path in folder.glob(f"*{SUFFIX}"):
            if not alive(path.with_suffix(".obs")):
                remove(path)
                removed.append(path)
    return removed
