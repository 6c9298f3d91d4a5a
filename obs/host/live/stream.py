"""``/api/events``: server-sent events. A client that is slow or gone frees its place.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from typing import Any

from obs.host.live.answer import LEVEL, Answer, accepts_gzip, dumped
from obs.host.live.refused import Refused

STREAMS = 12
"""At once: a few people; the server has places left for a Prometheus."""

LOOK = 1.0
"""Seconds between two looks at whether the client is still there."""

QUIET = 10.0
"""Seconds after which something is said in any case."""

HEADERS = (
    ("Content-Type", "text/event-stream"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),
)


class Places:
    """Counts the streams."""

    def __init__(self, most: int = STREAMS) -> None:
        self._places = threading.Semaphore(most)
        self.taken = 0

    def take(self) -> None:
        """Raises Refused if all are taken."""
        if not self._places.acquire(blocking=False):
            raise Refused(429, f"{STREAMS} windows look already", "close one of them")
        self.taken += 1

    def free(self) -> None:
        self.taken -= 1
        self._places.release()


class Stream:
    """The events of one client, as parts of a body. However it ends, :meth:`close` is called once."""

    def __init__(self, source: Any, places: Places, connection: socket.socket | None, address: str = "") -> None:
        """``address``: the other side's. ``source`` has ``opened(client, address)``, ``events(seconds)`` and
        ``closed(client)``."""
        self._closed = True
        places.take()
        self._closed = False
        self.client = os.urandom(16).hex()
        self._source, self._places, self._connection = source, places, connection
        self._parts = self._run()
        source.opened(self.client, address)

    def answer(self, accepted: str = "") -> Answer:
        """``accepted``: the codings that the client understands. The same names come again and again in the events:
        compressed they are a sixth."""
        if not accepts_gzip(accepted):
            return Answer(200, HEADERS, self)
        self._parts = squeezed(self._parts)
        return Answer(200, (*HEADERS, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")), self)

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        finally:
            self.close()

    def close(self) -> None:
        """Give the place back, and end what the client has started."""
        if not self._closed:
            self._closed = True
            self._places.free()
            self._source.closed(self.client)

    def __del__(self) -> None:
        self.close()

    def _run(self) -> Iterator[bytes]:
        yield event("alive", {"client": self.client})
        said = time.monotonic()
        for part in self._source.events(LOOK):
            if part:
                yield part
                said = time.monotonic()
            elif time.monotonic() - said >= QUIET:
                yield event("alive", {"client": self.client})
                said = time.monotonic()
            if self._gone():
                return

    def _gone(self) -> bool:
        """Whether the client has closed its side: it never sends anything else."""
        if self._connection is None:
            return False
        poll = select.poll()
        poll.register(self._connection, select.POLLIN | select.POLLRDHUP)
        try:
            return any(
                what & ~select.POLLIN or not self._connection.recv(1, socket.MSG_PEEK) for _, what in poll.poll(0)
            )
        except OSError:
            return True


def squeezed(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Each part as gzip that can be read at once (RFC 1952): 270 kB of memory for each stream (zlib's own manual)."""
    packer = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    for part in parts:
        yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) if part else b""


def event(name: str, value: Any, number: int | None = None) -> bytes:
    """One event. JSON has no raw line end in it, so it is one line of data."""
    head = b"" if number is None else b"id: %d\n" % number
    return head + f"event: {name}\ndata: ".encode() + dumped(value) + b"\n\n"
