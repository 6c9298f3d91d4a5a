"""Other systems that the programs ask: services over HTTP or lines, and a disk that is slow. Threads of ours."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import F_SETPIPE_SZ, fcntl
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from time import sleep
from typing import Any

from profiles.gallery import StandIn

PAGE = 4096
"""Bytes that the disk takes at a time."""


@contextmanager
def standing_in(what: StandIn, name: str, folder: Path) -> Iterator[str]:
    """It answers until the end of the block. Gives where it is: a URL, ``host:port``, or a file in ``folder``."""
    if what.kind == "disk":
        with disk(folder / f"{name.lower()}.log", what.seconds[""]) as path:
            yield str(path)
        return
    handler = {"http": Http, "line": Line}[what.kind]
    with Server(("127.0.0.1", 0), type(name, (handler,), {"what": what})) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        host, port = server.server_address[:2]
        yield f"http://{host!s}:{port}" if what.kind == "http" else f"{host!s}:{port}"
        server.shutdown()
        thread.join()


class Server(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked has gone: the program has been stopped."""


class Http(BaseHTTPRequestHandler):
    """Answers by the first part of the path."""

    what: StandIn
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        part = self.path.lstrip("/").partition("?")[0].partition("/")[0]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sleep(self.what.seconds[part])
        body = json.dumps(self.what.answers[part]).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.wfile.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def do_POST(self) -> None:
        self.do_GET()


class Line(StreamRequestHandler):
    """Answers a line by a line."""

    what: StandIn

    def handle(self) -> None:
        for _ in self.rfile:
            sleep(self.what.seconds[""])
            self.wfile.write(f"{self.what.answers['']}\n".encode())


@contextmanager
def disk(path: Path, seconds: float) -> Iterator[Path]:
    """A file to write to that takes a page in ``seconds``, and lets writers wait: a pipe that is emptied slowly."""
    os.mkfifo(path, 0o600)
    pipe = os.open(path, os.O_RDWR)  # never without a reader, never without a writer: neither end waits to be opened
    fcntl(pipe, F_SETPIPE_SZ, PAGE)
    over = threading.Event()
    thread = threading.Thread(target=empty, args=(pipe, seconds, over), daemon=True)
    thread.start()
    try:
        yield path
    finally:
        over.set()
        os.write(pipe, b"\n")
        thread.join()
        os.close(pipe)


def empty(pipe: int, seconds: float, over: threading.Event) -> None:
    while not over.wait(seconds):
        os.read(pipe, PAGE)
