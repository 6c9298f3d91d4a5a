"""Finished spans to the host process, under ``obs run``: datagrams on a local socket, without waiting for anything.

A sampled request's spans go together, when its own span ends: one system call, and one place in the receiver's queue,
which Linux bounds to 10 datagrams by default (``net.unix.max_dgram_qlen``).
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
from obs.tracing import dropped, wire
from obs.work import current

RECONNECT = 1.0
"""Seconds between two attempts to find the socket, when it isn't there."""


class DatagramProcessor(SpanProcessor):
    """Sends what ends here to ``config.span_socket``. Has no thread, never blocks, and keeps at most ``span_queue``."""

    def __init__(self, config: Config) -> None:
        self._path = str(config.span_socket)
        self._room = config.span_queue
        self._patience = config.shutdown_timeout
        self._waiting: deque[str] = deque()
        self._unsent: bytes | None = None
        """A datagram that found the receiver's queue full, and how many spans are in it."""
        self._in_unsent = 0
        self._head = ""
        self._socket: Any = None
        self._connect_at = 0.0
        self._sending = native.allocate_lock()
        os.register_at_fork(after_in_child=self._forget)

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span; send it with those before it if its request has ended. Never raises."""
        try:
            if span.context.trace_flags.sampled and self._has_room():
                self._head = self._head or wire.head(span.resource)
                self._waiting.append(wire.encode(span))
                if self._is_last(span):
                    self._send()
        except Exception:
            fault("tracing: sending spans")

    def _has_room(self) -> bool:
        """Whether one more span may wait. If not, what waits is tried again first: the receiver may have room now."""
        if len(self._waiting) + self._in_unsent < self._room:
            return True
        if self._send():
            return True
        dropped.count("queue_full")
        return False

    def shutdown(self) -> None:
        """The end of the process: send what waits, within ``shutdown_timeout``, and count what is left."""
        if not self.force_flush(round(self._patience * 1000)):
            dropped.count("shutdown", self._in_unsent + len(self._waiting))
            self._forget()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits; while the receiver has no room, wait for it, but no longer than told."""
        until = monotonic() + timeout_millis / 1000
        while True:
            if self._send():
                return True
            if monotonic() >= until:
                return False
            native.original("time", "sleep")(0.001)

    def _is_last(self, span: ReadableSpan) -> bool:
        """Whether no later span of an open Work will take this one along."""
        work = current.get()
        return span.parent is None or span.parent.is_remote or work is None or work.ended != 0.0 or work.span is None

    def _send(self) -> bool:
        """Send all that waits; False if the receiver has no room for the rest.

        Only one thread sends. Others leave it to that one, which looks again when it is done: waiting for it could
        deadlock in a signal handler or a finalizer that ends a span in the middle.
        """
        while self._sending.acquire(False):  # noqa: FBT003  a lock's own signature
            try:
                if not self._send_all():
                    return False
            finally:
                self._sending.release()
            if not self._waiting:
                break
        return True

    def _send_all(self) -> bool:
        while self._unsent is not None or self._waiting:
            datagram = self._unsent or self._next()
            if not self._connected():
                dropped.count("no_receiver", self._in_unsent)
            else:
                try:
                    self._socket.send(datagram)
                except BlockingIOError:
                    self._unsent = datagram
                    return False
                except OSError:
                    self._disconnect()
                    dropped.count("no_receiver", self._in_unsent)
            self._unsent, self._in_unsent = None, 0
        return True

    def _next(self) -> bytes:
        """The next datagram of those that wait."""
        spans: list[str] = []
        size = len(self._head) + 2
        while self._waiting and size + len(self._waiting[0]) < wire.LIMIT:
            spans.append(self._waiting.popleft())
            size += len(spans[-1]) + 1
        self._in_unsent = len(spans)
        return wire.pack(self._head, spans)

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
        self._waiting.clear()
        self._unsent, self._in_unsent = None, 0
