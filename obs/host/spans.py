"""The spans that the service's processes hand over: received, kept for the live view, sent to the collector.

Two threads, so that a collector that hangs never keeps a datagram waiting: the kernel holds few of them.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic, sleep
from typing import Protocol

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult

from obs.config import Config
from obs.errors import fault, log
from obs.tracing import dropped, wire

BATCH = 512
"""Spans of one export, at most."""
INTERVAL = 1.0
"""Seconds between two exports that are not full."""
BUSY = 0.002
"""Seconds to look away for when datagrams come faster: it is the sender's system call that pays for waking us, 30 µs in
a virtual machine against 1. In that time the kernel's ten places are enough for 5,000 sampled requests a second."""
LAST_WORD = 0.1
"""Seconds that an export which was told to end may still take."""
KEPT = 200
"""Of the last spans, for who looks at this run."""


class Exporter(Protocol):
    """What is needed of an OpenTelemetry SpanExporter."""

    def export(self, spans: Sequence[ReadableSpan], /) -> SpanExportResult: ...
    def shutdown(self) -> None: ...


class Keeper(Protocol):
    """Keeps spans for who looks at this run."""

    def add(self, spans: Sequence[ReadableSpan], /) -> None: ...


def otlp(config: Config) -> Exporter | None:
    """OpenTelemetry's own exporter over HTTP; None without an endpoint. Its own log is silenced: ours says it once."""
    if config.otlp_endpoint is None:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    return OTLPSpanExporter(config.otlp_endpoint, headers=dict(config.otlp_headers), timeout=config.otlp_timeout)


class SpanReceiver:
    """Reads the run's span socket and exports what it holds.

    Args:
        source: the bound AF_UNIX SOCK_DGRAM socket; it stays open, the launcher's next host reads it too.
        exporter: another than :func:`otlp` makes.
    """

    def __init__(self, source: socket.socket, config: Config, exporter: Exporter | None = None) -> None:
        self.counts = {"received": 0, "exported": 0, "dropped": 0}
        """Spans since this host started. What is dropped is in ``obs_self_dropped_spans_total`` too."""
        self.recent: deque[ReadableSpan] = deque(maxlen=KEPT)
        """The last spans, oldest first."""
        self.keep: Keeper | None = None
        """Who else gets them, if anybody."""
        self._source = source
        self._exporter = exporter or otlp(config)
        self._endpoint = config.otlp_endpoint
        self._room = config.span_queue
        self._queue: deque[ReadableSpan] = deque()
        self._in_hand = 0
        """Spans of the export under way."""
        self._changed = threading.Event()
        self._closing = False
        self._failing = False
        self._stop_reading, self._reading_stops = os.pipe()
        self._reader = threading.Thread(target=self._read, name="obs spans in", daemon=True)
        self._sender = threading.Thread(target=self._send, args=(self._exporter,), name="obs spans out", daemon=True)

    @property
    def destination(self) -> str:
        """Where the spans go, for a person."""
        return self._endpoint or f"nowhere: no OTEL_EXPORTER_OTLP_ENDPOINT is set, the last {KEPT} are kept here"

    def start(self) -> None:
        """Begin to receive and to send."""
        self._reader.start()
        if self._exporter is not None:
            self._sender.start()

    def close(self, deadline: float) -> None:
        """Read what is there, send it, and end by ``deadline`` (of ``time.monotonic``); what is left is dropped."""
        os.close(self._reading_stops)
        self._reader.join(_left(deadline))
        self._closing = True
        self._changed.set()
        if self._exporter is not None:
            self._sender.join(_left(deadline))
            self._exporter.shutdown()  # ends an export that is waiting to try again
            self._sender.join(LAST_WORD)
        self._drop("shutdown", len(self._queue) + self._in_hand)

    def _read(self) -> None:
        """The receiving thread: until told, then until nothing is left."""
        poll = select.poll()
        poll.register(self._source, select.POLLIN)
        poll.register(self._stop_reading, select.POLLIN)
        stopping, woken = False, 0.0
        while not stopping:
            stopping = any(fd == self._stop_reading for fd, _ in poll.poll())
            if monotonic() - woken < BUSY and not stopping:
                sleep(BUSY)
            woken = monotonic()
            try:
                self._take_all()
            except Exception:
                fault("receiving spans")
        os.close(self._stop_reading)

    def _take_all(self) -> None:
        with suppress(BlockingIOError):
            while True:
                self._take(self._source.recv(wire.LIMIT * 2, socket.MSG_DONTWAIT))

    def _take(self, datagram: bytes) -> None:
        try:
            spans = wire.decode(datagram)
        except wire.UNREADABLE:
            self._drop("unreadable", 1)
            return
        self.counts["received"] += len(spans)
        self.recent.extend(spans)
        if self.keep is not None:
            self.keep.add(spans)
        if self._exporter is not None:
            fitting = max(self._room - len(self._queue), 0)
            self._queue.extend(spans[:fitting])
            self._drop("queue_full", len(spans[fitting:]))
            if len(self._queue) >= BATCH:
                self._changed.set()

    def _send(self, exporter: Exporter) -> None:
        """The sending thread: a batch when it is full or due, until closed and empty."""
        while not self._closing or self._queue:
            self._changed.wait(0.0 if self._closing else INTERVAL)
            self._changed.clear()
            while self._queue:
                self._export(exporter, [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))])

    def _export(self, exporter: Exporter, batch: list[ReadableSpan]) -> None:
        self._in_hand = len(batch)
        try:
            done = exporter.export(batch) is SpanExportResult.SUCCESS
        except Exception:
            fault("exporting spans")
            done = False
        self._in_hand = 0
        if done:
            self.counts["exported"] += len(batch)
        else:
            self._drop("refused", len(batch))
        self._say(failing=not done)

    def _say(self, *, failing: bool) -> None:
        """One line when it begins to fail and one when it ends, not one per batch."""
        if failing and not self._failing:
            log.warning("obs: %s takes no spans; they are dropped and counted until it does", self._endpoint)
        elif self._failing and not failing:
            log.warning("obs: %s takes spans again", self._endpoint)
        self._failing = failing

    def _drop(self, reason: dropped.Reason, spans: int) -> None:
        self.counts["dropped"] += spans
        dropped.count(reason, spans)


def _left(deadline: float) -> float:
    return max(deadline - monotonic(), 0.0)
