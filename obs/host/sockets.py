"""The sockets that must outlive a host process: finished spans come in on one, scrapes on the other.

The launcher binds them and never reads them. What arrives while a host is being started again waits in the kernel.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

from obs.errors import ObsError

RECEIVE_BYTES = 4 << 20
"""Asked of the kernel for spans that wait. The length of its queue is net.unix.max_dgram_qlen, 10 in a container."""

BACKLOG = 128
"""Connections that wait for a host."""


def bind_spans(path: Path) -> socket.socket:
    """The datagram socket that the service's processes send finished spans to. Raises ObsError."""
    spans = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        spans.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        spans.bind(str(path))
    except OSError as error:
        spans.close()
        raise ObsError(f"{path}: {error.strerror or error}; set OBS_RUNTIME_DIR to another, shorter path") from error
    return spans


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket on ``host``:``port``. Raises ObsError that names what is in the way."""
    listener = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        with suppress(AttributeError):
            listener.close()  # type: ignore[union-attr]
        raise ObsError(f"{host}:{port}: {error.strerror or error}; choose another with --port or OBS_PORT") from error
    return listener


def url(listener: socket.socket, path: str) -> str:
    """``http://127.0.0.1:9464/metrics``: where ``listener`` really is, also for port 0."""
    host, port = listener.getsockname()[:2]
    return at(host, port, path)


def local_url(listener: socket.socket, path: str) -> str:
    """The same for who is on this machine: one that listens on every address is at the loopback's too."""
    host, port = listener.getsockname()[:2]
    return at({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, path)  # noqa: S104  it is read, not bound


def at(host: str, port: int, path: str) -> str:
    return f"http://[{host}]:{port}{path}" if ":" in host else f"http://{host}:{port}{path}"
