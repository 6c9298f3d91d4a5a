"""TCP: the kernel knows when the last data came."""

from __future__ import annotations

import _socket
import ctypes
import struct
from collections.abc import Iterable
from types import FrameType
from typing import Any

from obs.runtime.ready.parked import local

TCP_INFO = getattr(_socket, "TCP_INFO", 0)
"""0 where there is none: then nothing is asked."""

LAST_DATA_RECV = struct.Struct("52xI")
"""``tcpi_last_data_recv`` of ``struct tcp_info`` (linux/tcp.h): milliseconds since data came, in steps of a jiffy."""

_getsockopt = ctypes.PyDLL(None).getsockopt  # it does not wait, so it need not let the GIL go
_getsockopt.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint))


def arrived(fd: int, now: int) -> int:
    """When the last data came for a TCP socket; 0 if that can't be told. One system call that never waits: 2.7 µs.

    What came last may be more than what was first ready to be read; the end of a stream is no data.
    """
    info, length = ctypes.create_string_buffer(LAST_DATA_RECV.size), ctypes.c_uint(LAST_DATA_RECV.size)
    if not TCP_INFO or _getsockopt(fd, _socket.IPPROTO_TCP, TCP_INFO, info, length) < 0:
        return 0
    return now - LAST_DATA_RECV.unpack(info.raw)[0] * 1_000_000 if length.value == LAST_DATA_RECV.size else 0


def read_from(frame: FrameType) -> int:
    """The file descriptor that a parked frame of gevent's sockets reads from; -1 if there is none.

    Without a call of Python that a subclass may have.
    """
    from gevent._socketcommon import SocketMixin

    sock = local(frame, "self")
    if not issubclass(type(sock), SocketMixin):
        return -1
    real = vars(SocketMixin)["_sock"].__get__(sock)  # a slot
    return _socket.socket.fileno(real) if issubclass(type(real), _socket.socket) else -1


def selected(frame: FrameType) -> list[int]:
    """The file descriptors that a parked frame of gevent's ``select``, ``poll`` or selector was told to be ready."""
    return [fd for fd in _found(frame) if type(fd) is int][:8]


def _found(frame: FrameType) -> Iterable[Any]:
    variables = frame.f_locals
    if "read" in variables:  # SelectResult.select: what the caller gave, numbers or objects
        return list(variables["read"])
    if "result" in variables and hasattr(type(variables["result"]), "add_error_before_io"):  # poll.poll: a PollResult
        return [fd for fd, _ in variables["result"].events]
    selector = variables.get("self")
    return list(vars(selector)["_accumulated_events"]) if type(selector).__name__ == "GeventSelector" else []
