"""What a parked greenlet's innermost frame says: gevent's own functions that wait, by module and name.

Only gevent's frames are looked into, and only for what gevent keeps there. On 3.13 ``f_locals`` is a view (PEP 667);
before, it is a copy that the frame keeps until it returns, of variables that gevent's functions keep just as long.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

SLEEP = ("gevent.hub", "sleep")

READS = {
    ("gevent._socketcommon", "recv"),
    ("gevent._socketcommon", "recv_into"),
    ("gevent._socketcommon", "recvfrom"),
    ("gevent._socketcommon", "recvfrom_into"),
    ("gevent._socket3", "recvmsg"),
    ("gevent._socket3", "recvmsg_into"),
    ("gevent.ssl", "read"),
    ("gevent.ssl", "do_handshake"),
}

SELECTS = {
    ("gevent.select", "select"),
    ("gevent.select", "poll"),
    ("gevent.selectors", "select"),
}
"""Woken by an event that the hub sets when it has found something ready: that callback's stamp is the poll's return."""

PRIMITIVES = {
    *("gevent._hub_primitives", "gevent._waiter", "gevent._greenlet_primitives"),
    *("gevent._abstract_linkable", "gevent.event"),
}
"""Compiled, they have no frames; with PURE_PYTHON they do: up to eight."""


def place(frame: FrameType) -> tuple[FrameType, tuple[str, str]]:
    """The innermost frame that is not one of gevent's primitives, and its ``(module, function)``."""
    for _ in range(10):
        module = dict.get(frame.f_globals, "__name__")
        if module not in PRIMITIVES or frame.f_back is None:
            break
        frame = frame.f_back
    return frame, (module if type(module) is str else "", frame.f_code.co_name)


def local(frame: FrameType, name: str) -> Any:
    """The value of a variable of one of gevent's frames, or None. 0.5 µs."""
    return frame.f_locals.get(name)
