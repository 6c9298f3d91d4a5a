"""TCP: the kernel knows when the last data came."""

from __future__ import annotations

import _socket
import struct
from types import FrameType
from typing import Any

from obs.runtime.ready.parked import local

TCP_INFO = getattr(_socket, "TCP_INFO", 0)
"""0 where there is none: then nothing is asked."""

FAMILIES = {int(_socket.AF_INET), int(_socket.AF_INET6)}

LAST_DATA_RECV = struct.Struct("52xI")
"""``tcpi_last_data_recv`` of ``struct tcp_info`` (linux/tcp.h): milliseconds since data came, in steps of a jiffy."""


def arrived(frame: FrameType, now: int) -> int:
    """When the last data came for the socket that a parked frame of gevent's reads from; 0 if that can't be told.

    One system call that never waits: 1.7 µs. What came last may be more than what was first ready to be read; the end
    of a stream is no data.
    """
    real = _real(local(frame, "self"))
    if real is None or not TCP_INFO or _family(real) not in FAMILIES or _kind(real) != _socket.SOCK_STREAM:
        return 0
    try:
        info = _getsockopt(real, _socket.IPPROTO_TCP, TCP_INFO, LAST_DATA_RECV.size)
    except OSError:  # closed, or no TCP
        return 0
    return now - LAST_DATA_RECV.unpack(info)[0] * 1_000_000 if len(info) == LAST_DATA_RECV.size else 0


def _real(sock: Any) -> Any:
    """The socket that gevent's wraps, without a call of Python that a subclass may have."""
    from gevent._socketcommon import SocketMixin

    if not issubclass(type(sock), SocketMixin):
        return None
    real = vars(SocketMixin)["_sock"].__get__(sock)  # a slot
    return real if issubclass(type(real), _socket.socket) else None


_getsockopt = _socket.socket.getsockopt
_family = vars(_socket.socket)["family"].__get__
_kind = vars(_socket.socket)["type"].__get__
