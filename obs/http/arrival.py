"""When a request came, by its socket: the time it stood in line that no handler's clock can show.

At saturation a request waits in its connection's buffer, and a new connection in the accept queue, before the server
calls anybody: on gunicorn's gevent worker with 16 busy keep-alive connections the handlers' durations were 2.5% of what
the clients waited, and with this 98% (``python -m benchmarks accounting``).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from obs.runtime.accounting import here
from obs.runtime.interference import behind

if TYPE_CHECKING:
    from obs.http.request import Request

IPPROTO_TCP = 6
TCP_INFO = 11
LAST_DATA_RECV = 52
"""Offset of ``tcpi_last_data_recv`` in Linux's ``struct tcp_info``: 32 bits, ms since the last data came.

https://github.com/torvalds/linux/blob/v6.12/include/uapi/linux/tcp.h#L229
"""

LINUX = sys.platform == "linux"

ASIDE = 2.0
"""What a look costs beside, by the time from the request's start to its end: caches, and the charging when the request
ends. On a saturated worker looks took 13 µs of each request, 3% of its CPU, where their own time was held to 1%."""


def stood_in_line(request: Request, environ: Mapping[str, Any], stands_for: float) -> None:
    """Find out how long ``request``, which is being opened, was in line before, and behind whom: some 10 µs.

    ``stands_for``: as many requests are charged to who ran meanwhile on the loop; 0 for none.
    """
    clock = here.clock
    waited = queued_ns(environ)
    request.queued = waited / 1e9
    if clock is None:
        return
    if waited and stands_for and clock.hub is not None:
        started, weight = request.started_ns, int(stands_for)
        request.behind = [(who, ns * weight) for who, ns in behind(clock, started - waited, started)]
        request.plain = False
    seconds = perf_counter() - request.started
    clock.spent += seconds
    clock.aside += ASIDE * seconds


def queued_ns(environ: Mapping[str, Any]) -> int:
    """ns since the last bytes of the request came, asked as it is opened; 0 where nobody can tell.

    In steps of the kernel's tick (4 ms at 250 Hz), true in sum. A lower bound: bytes that came after the head, of a
    body or of the next request, make it less. Ask only if the loop was too busy to sleep, or there is none.
    """
    sock = environ.get("gunicorn.socket") or _socket(environ)
    if sock is None or not LINUX:
        return 0
    try:
        # gevent's socket keeps the system's there, 0.5 µs nearer.
        info: bytes = getattr(sock, "_sock", sock).getsockopt(IPPROTO_TCP, TCP_INFO, LAST_DATA_RECV + 4)
    except (OSError, AttributeError):
        return 0  # closed meanwhile, or a Unix socket: it keeps no such time
    return int.from_bytes(info[LAST_DATA_RECV:], sys.byteorder) * 1_000_000 if len(info) > LAST_DATA_RECV else 0


def _socket(environ: Mapping[str, Any]) -> Any:
    """The connection, where other servers than gunicorn hand it on: werkzeug's own, gevent.pywsgi."""
    sock = environ.get("werkzeug.socket")
    if sock is None:
        file = getattr(environ.get("wsgi.input"), "rfile", None)
        if file is not None:
            sock = getattr(getattr(file, "raw", None), "_sock", None)
    return sock
