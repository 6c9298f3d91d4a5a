"""A collector that takes every OTLP/HTTP request and keeps nothing; it tells its parent the port it listens on."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.harness import serve


class Accept(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  the base class's name


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Accept) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        serve(lambda _asked: {"port": server.server_address[1]})
        server.shutdown()
