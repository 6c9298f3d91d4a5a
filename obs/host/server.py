"""The host's HTTP server: the standard library's, on a socket that the launcher bound, and made hard to hold up."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from functools import partial
from socketserver import ThreadingMixIn
from time import monotonic
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

from obs.errors import fault

CONNECTIONS = 32
"""Served at once; one more is closed. A Prometheus uses one."""

PATIENCE = 15.0
"""Seconds from a connection to the end of its answer, or in a stream from one part to the next. Beyond, it is shut,
whichever side is slow."""

CONNECTION, ALIVE = "obs.connection", "obs.alive"
"""In a request's environ: its socket, and what a stream calls before each part of its answer."""


class Handler(WSGIRequestHandler):
    """Says nothing: neither a request nor a client's mistake is worth a line of the service's log."""

    server: Server

    def get_environ(self) -> dict[str, Any]:
        """With what only this server knows."""
        more = {CONNECTION: self.connection, ALIVE: partial(self.server.alive, self.connection)}
        return super().get_environ() | more

    def log_message(self, *_: Any) -> None:
        """Drop the line."""


class Server(ThreadingMixIn, WSGIServer):
    """Serves ``app`` on ``listener``, a thread per connection."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, app: WSGIApplication) -> None:
        super().__init__(("", 0), Handler, bind_and_activate=False)
        self.socket.close()
        listener.setblocking(False)  # a client that left between select and accept must not hold us up  # noqa: FBT003
        self.socket = listener
        self.server_name, self.server_port = listener.getsockname()[:2]
        self.setup_environ()
        self.set_app(app)
        self._open: dict[Any, float] = {}
        self._slots = threading.Semaphore(CONNECTIONS)

    def start(self) -> None:
        """Serve on a thread of its own until the process ends."""
        threading.Thread(target=self.serve_forever, daemon=True, name="obs-http").start()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._slots.acquire(blocking=False):
            self._open[request] = monotonic()
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.pop(request, None)
            self._slots.release()

    def alive(self, request: Any) -> None:
        """Begin a connection's :data:`PATIENCE` anew."""
        if request in self._open:
            self._open[request] = monotonic()

    def shut_slow(self) -> None:
        """Shut what has had its :data:`PATIENCE`: its thread sees an end of file or a broken pipe."""
        for request, since in list(self._open.items()):
            if monotonic() - since > PATIENCE:
                with suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """A client that went away is nothing; anything else is a fault of ours."""
        try:
            raise
        except OSError:
            return
        except Exception:
            fault("http server")
