"""The listening sockets of this network namespace, as the kernel tells of them: sock_diag(7), what ``ss -l`` reads.

Where that is refused (gVisor, a kernel without tcp_diag) ``/proc/net/tcp`` has the same but for the limits.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple


class Listener(NamedTuple):
    """One listening socket."""

    inode: int
    """As ``/proc/PID/fd`` shows it: ``socket:[INODE]``."""
    port: str
    """Of TCP; a socket of the file system has its path instead."""
    connections: int
    """That wait to be accepted."""
    limit: int | None
    """How many may; None if it isn't known."""


def listeners(proc: Path = Path("/proc")) -> list[Listener]:
    """Every listening stream socket, TCP and Unix. 0.2 ms; raises nothing: what isn't told is left out."""
    try:
        with _Netlink() as kernel:
            return [*_tcp(kernel), *_unix(kernel)]
    except (OSError, AttributeError):  # refused, or not Linux
        return list(_of_proc(proc))


# linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h, linux/unix_diag.h
_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY = 4, 20
_REQUEST_DUMP = 0x301
_ERROR, _DONE = 2, 3
_HEADER = struct.Struct("=IHHII")
_LISTEN = 1 << 10
_INET_REQUEST = struct.Struct("=BBBBI48x")
_INET_ANSWER = struct.Struct("=4x2s46x4xII4xI")
_UNIX_REQUEST = struct.Struct("=BBHIII8x")
_UNIX_ANSWER = struct.Struct("=4xI8x")
_SHOW_NAME_AND_QUEUE = 0x01 | 0x10
_ATTRIBUTE = struct.Struct("=HH")
_NAME, _QUEUE = 0, 4


class _Netlink:
    """Asks the kernel. A netlink socket never blocks for long: its answers are there when the request is sent."""

    def __enter__(self) -> _Netlink:
        self._socket: Any = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG)
        self._socket.settimeout(1.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def dump(self, request: bytes) -> Iterator[bytes]:
        """The messages that answer ``request``. Raises OSError if the kernel refuses."""
        self._socket.send(
            _HEADER.pack(_HEADER.size + len(request), _SOCK_DIAG_BY_FAMILY, _REQUEST_DUMP, 1, 0) + request
        )
        while True:
            data = self._socket.recv(1 << 16)
            while len(data) >= _HEADER.size:
                length, kind, *_ = _HEADER.unpack_from(data)
                if kind == _DONE:
                    return
                if kind == _ERROR or length < _HEADER.size:
                    raise OSError("the kernel refuses sock_diag")
                yield data[_HEADER.size : length]
                data = data[(length + 3) & ~3 :]


def _tcp(kernel: _Netlink) -> Iterator[Listener]:
    for family in (socket.AF_INET, socket.AF_INET6):
        for message in kernel.dump(_INET_REQUEST.pack(family, socket.IPPROTO_TCP, 0, 0, _LISTEN)):
            port, connections, limit, inode = _INET_ANSWER.unpack_from(message)
            yield Listener(inode, str(int.from_bytes(port)), connections, limit)


def _unix(kernel: _Netlink) -> Iterator[Listener]:
    try:
        messages = list(kernel.dump(_UNIX_REQUEST.pack(socket.AF_UNIX, 0, 0, _LISTEN, 0, _SHOW_NAME_AND_QUEUE)))
    except OSError:  # a kernel without unix_diag: TCP is what matters
        return
    for message in messages:
        (inode,) = _UNIX_ANSWER.unpack_from(message)
        found = dict(_attributes(message[_UNIX_ANSWER.size :]))
        if len(found.get(_QUEUE, b"")) == 8:
            name = found.get(_NAME, b"").rstrip(b"\0").replace(b"\0", b"@").decode(errors="replace")
            yield Listener(inode, name or "unix", *struct.unpack("=II", found[_QUEUE]))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        if length < _ATTRIBUTE.size:
            return
        yield kind, data[_ATTRIBUTE.size : length]
        data = data[(length + 3) & ~3 :]


def _of_proc(proc: Path) -> Iterator[Listener]:
    """For a listening socket the kernel prints its waiting connections as ``rx_queue`` (net/ipv4/tcp_ipv4.c)."""
    for name in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, state, queues, _, _, _, _, inode, *_ = line.split()
            if state == "0A":
                yield Listener(int(inode), str(int(local[-4:], 16)), int(queues.partition(":")[2], 16), None)
