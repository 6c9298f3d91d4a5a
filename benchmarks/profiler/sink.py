"""A server that takes what profilers upload, and keeps it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Upload(NamedTuple):
    path: str
    kind: str
    """Its Content-Type."""
    body: bytes
    """Not compressed, as far as HTTP is concerned."""


class Sink:
    def __init__(self, port: int) -> None:
        self.port = port
        self.uploads: list[Upload] = []


@contextmanager
def sink() -> Iterator[Sink]:
    """One that listens on a port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.kept = Sink(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Handler.kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Says yes to every upload, and that it knows nothing to every question."""

    protocol_version = "HTTP/1.1"
    kept: Sink

    def do_POST(self) -> None:
        body = self._body()
        body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.kept.uploads.append(Upload(self.path, self.headers.get("Content-Type", ""), body))
        self._answer(200, b"{}")

    do_PUT = do_POST  # noqa: N815  the names are http.server's

    def do_GET(self) -> None:
        self._answer(404, b"")

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002  its name there
