"""Who looks: a window's first page, its stream of events, and a Prometheus that scrapes."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.request import Request, urlopen

from obs.host.live.page import FILES

HEADERS = {"X-Obs-Live": "1", "Accept-Encoding": "gzip"}
"""As the page asks, in a browser."""

TIMEOUT = 60.0


class Page(NamedTuple):
    """A window that is opened."""

    seconds: float
    """From the first question to the first numbers."""
    size: int
    """Bytes that came for it."""


def ask(port: int, path: str, headers: Mapping[str, str]) -> int:
    """Bytes of the answer."""
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=dict(headers)), timeout=TIMEOUT) as answer:
        return len(answer.read())


def first_page(port: int) -> Page:
    """All files of the page, one after the other, the state, and the first numbers of the stream."""
    began, size = time.perf_counter(), 0
    for path in (*FILES, "/api/state"):
        size += ask(port, path, HEADERS)
    with Watcher(port) as watcher:
        until = began + TIMEOUT
        while not watcher.looks and time.perf_counter() < until:
            time.sleep(0.002)
        return Page(time.perf_counter() - began, size + watcher.size)


@dataclass
class Watcher:
    """A window's stream, read as it comes. ``size``: bytes; ``looks``: the numbers of how many looks."""

    port: int
    size: int = 0
    looks: int = 0

    def __enter__(self) -> Watcher:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        self._connection.request("GET", "/api/events", headers=HEADERS)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._answer.close()
        self._connection.close()

    def _read(self) -> None:
        packed = self._answer.getheader("Content-Encoding") == "gzip"
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while part := self._some():
            self.size += len(part)
            self.looks += (unpacker.decompress(part) if packed else part).count(b"event: now")

    def _some(self) -> bytes:
        try:
            return self._answer.read1(1 << 16)
        except OSError:
            return b""


@contextmanager
def watching(port: int, number: int) -> Iterator[list[Watcher]]:
    """So many windows."""
    with ExitStack() as opened:
        yield [opened.enter_context(Watcher(port)) for _ in range(number)]


@contextmanager
def scraping(port: int, every: float, number: int) -> Iterator[list[Watcher]]:
    """A Prometheus (/metrics in OpenMetrics, compressed, each ``every`` seconds), and so many windows beside it."""
    over = threading.Event()
    headers = {"Accept": "application/openmetrics-text;version=1.0.0", "Accept-Encoding": "gzip"}

    def scrape() -> None:
        while not over.wait(every):
            with suppress(OSError, HTTPException):  # the host ends what takes too long, as a Prometheus does
                ask(port, "/metrics", headers)

    thread = threading.Thread(target=scrape)
    thread.start()
    try:
        with watching(port, number) as watchers:
            yield watchers
    finally:
        over.set()
        thread.join()
