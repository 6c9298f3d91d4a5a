"""Finished spans to the host process, under ``obs run``: datagrams on a local socket, without waiting for anything.

Spans of several requests go together: in one system call, one place in the receiver's queue, which Linux bounds to 10
datagrams by default (``net.unix.max_dgram_qlen``), and encoded in a row, which costs a third of encoding each between
two requests, when its code and data are in no cache (20 and 62 µs). What waits is sent by the watching thread, ten
times a second; where that doesn't run, when its request ends.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from time import monotonic
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from obs import native
from obs.config import Config
from obs.errors import fault
from obs.runtime import watch
from obs.tracing import dropped, wire
from obs.work import current

RECONNECT = 1.0
"""Seconds between two attempts to find the socket, when it isn't there."""

TOGETHER = 16
"""Spans of a datagram, encoded in a row: 0.3 ms."""

AT_ONCE = 3
"""Datagrams that are sent in a row: a millisecond of the loop, at most."""

SOON = 0.1
"""Seconds that a finished span waits for others."""


class DatagramProcessor(SpanProcessor):
    """Sends what ends here to ``config.span_socket``. Never blocks, and keeps at most ``span_queue``."""

    def __init__(self, config: Config) -> None:
        self._path = str(config.span_socket)
        self._room = config.span_queue
        self._patience = config.shutdown_timeout
        self._waiting: deque[ReadableSpan] = deque()
        self._over = ""
        """One that was encoded, and found no room in the last datagram."""
        self._unsent: bytes | None = None
        """A datagram that found the receiver's queue full, and how many spans are in it."""
        self._in_unsent = 0
        self._head = ""
        self._socket: Any = None
        self._connect_at = 0.0
        self._sending = native.allocate_lock()
        self._stop = watch.every(SOON, self._send)
        os.register_at_fork(after_in_child=self._forget)

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span; send it with those before it if they are enough, or nobody else will. Never raises."""
        try:
            if span.context.trace_flags.sampled and self._has_room():
                self._waiting.append(span)
                if self._is_time(span):
                    self._send()
        except Exception:
            fault("tracing: sending spans")

    def _has_room(self) -> bool:
        """Whether one more span may wait. If not, what waits is tried again first: the receiver may have room now."""
        if self._left() < self._room or self._send() or self._left() < self._room:
            return True
        dropped.count("queue_full")
        return False

    def shutdown(self) -> None:
        """The end of the process: send what waits, within ``shutdown_timeout``, and count what is left."""
        self._stop()
        if not self.force_flush(round(self._patience * 1000)):
            dropped.count("shutdown", self._left())
            self._forget()

    def _left(self) -> int:
        """How many spans are still here."""
        return len(self._waiting) + bool(self._over) + self._in_unsent

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits; while the receiver has no room, wait for it, but no longer than told."""
        until = monotonic() + timeout_millis / 1000
        while not self._send() or self._left():
            if monotonic() >= until:
                return False
            native.original("time", "sleep")(0.001)
        return True

    def _is_time(self, span: ReadableSpan) -> bool:
        """Whether to send now: there are enough, or no later span and no thread will take this one along."""
        if len(self._waiting) >= TOGETHER:
            return True
        work = current.get()
        open_work = work is not None and work.ended == 0.0 and work.span is not None
        if open_work and span.parent is not None and not span.parent.is_remote:
            return False
        return not watch.runs()

    def _send(self) -> bool:
        """Send what waits, up to :data:`AT_ONCE` datagrams; False if the receiver has no room.

        Only one thread sends. Others leave it to that one: waiting for it could deadlock in a signal handler or a
        finalizer that ends a span in the middle.
        """
        if not self._sending.acquire(False):  # noqa: FBT003  a lock's own signature
            return True
        try:
            return all(self._send_next() for _ in range(AT_ONCE))
        finally:
            self._sending.release()

    def _send_next(self) -> bool:
        if not self._left():
            return True
        if not self._connected():
            dropped.count("no_receiver", self._left())
            self._drop()
            return True
        self._unsent = self._unsent or self._next()
        try:
            self._socket.send(self._unsent)
        except BlockingIOError:
            return False
        except OSError:
            self._disconnect()
            dropped.count("no_receiver", self._in_unsent)
        self._unsent, self._in_unsent = None, 0
        return True

    def _next(self) -> bytes:
        """The next datagram of those that wait."""
        head = self._head = self._head or wire.head(self._waiting[0].resource)
        spans: list[str] = []
        size = len(head) + 2
        while len(spans) < TOGETHER and (text := self._encoded()):
            if size + len(text) >= wire.LIMIT and spans:
                self._over = text
                break
            spans.append(text)
            size += len(text) + 1
        self._in_unsent = len(spans)
        return wire.pack(head, spans)

    def _encoded(self) -> str:
        """The next span; empty if there is none."""
        text, self._over = self._over, ""
        while not text and self._waiting:
            try:
                text = wire.encode(self._waiting.popleft())
            except Exception:
                dropped.count("unencodable")
                fault("tracing: encoding a span")
        return text

    def _connected(self) -> bool:
        if self._socket is None and monotonic() >= self._connect_at:
            made = native.original("socket", "socket")(socket.AF_UNIX, socket.SOCK_DGRAM)
            made.settimeout(0.0)
            try:
                made.connect(self._path)
                self._socket = made
            except OSError:
                made.close()
                self._connect_at = monotonic() + RECONNECT
        return self._socket is not None

    def _disconnect(self) -> None:
        self._socket.close()
        self._socket = None
        self._connect_at = monotonic() + RECONNECT

    def _forget(self) -> None:
        """In a forked child: what waits is the parent's, who sends it."""
        self._sending = native.allocate_lock()
        self._drop()

    def _drop(self) -> None:
        self._waiting.clear()
        self._over, self._unsent, self._in_unsent = "", None, 0
