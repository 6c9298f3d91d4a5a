"""Another process that sends data at the times it is asked to, each datum being the clock as it was sent.

``python -m benchmarks.accounting.sender`` tells its parent the port, and the path of the same over a Unix socket.
Whoever connects writes requests of 8 bytes, in how many ns to send, and gets 8 bytes for each: ``perf_counter_ns`` just
before. On Linux that clock is the same in every process.
"""

from __future__ import annotations

import heapq
import selectors
import socket
import struct
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter_ns

from benchmarks.harness import serve

NS = struct.Struct("!q")


def send_when_due(*listeners: socket.socket) -> None:
    """Forever: take connections and requests, and answer them when they are due."""
    due: list[tuple[int, int, socket.socket]] = []
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener, selectors.EVENT_READ)
        while True:
            left = (due[0][0] - perf_counter_ns()) / 1e9 if due else None
            for key, _ in selector.select(left if left is None else max(0.0, left - 0.0005)):
                take(key.fileobj, selector, due)  # type: ignore[arg-type]  # only sockets are registered
            while due and due[0][0] - perf_counter_ns() < 500_000:  # the selector's timeout is no finer
                at, _, connection = heapq.heappop(due)
                while (now := perf_counter_ns()) < at:
                    pass
                connection.sendall(NS.pack(now))


def take(ready: socket.socket, selector: selectors.BaseSelector, due: list[tuple[int, int, socket.socket]]) -> None:
    """A connection, a request or an end."""
    if ready.family == socket.AF_INET and not _connected(ready):
        connection, _ = ready.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
    elif not _connected(ready):
        selector.register(ready.accept()[0], selectors.EVENT_READ)
    elif asked := ready.recv(NS.size, socket.MSG_WAITALL):
        at = perf_counter_ns() + NS.unpack(asked)[0]
        heapq.heappush(due, (at, ready.fileno(), ready))
    else:
        selector.unregister(ready)
        ready.close()


def _connected(sock: socket.socket) -> bool:
    return not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)


def main() -> None:
    with TemporaryDirectory(prefix="obs-bench-") as folder, socket.create_server(("127.0.0.1", 0)) as tcp:
        path = str(Path(folder, "sender"))
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind(path)
            unix.listen()
            threading.Thread(target=send_when_due, args=(tcp, unix), daemon=True).start()
            serve(lambda _asked: {"port": tcp.getsockname()[1], "path": path})


if __name__ == "__main__":
    main()
