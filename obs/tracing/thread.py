"""Finished spans to a collector without ``obs run``: a native thread that gives the loop its turns.

It runs on original sockets and sleeps, so that it needs no gevent hub, and encodes in short slices: while it does, it
holds the GIL, and a loop that wants to run waits. It is started by the first span that ends in a Work, so never in a
process that only forks workers.
"""

from __future__ import annotations

import os
from collections import deque
from time import monotonic, perf_counter

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from obs import native
from obs.config import Config
from obs.errors import fault
from obs.tracing import dropped
from obs.tracing.post import Collector
from obs.work import current

INTERVAL = 2.0
"""Seconds between two exports."""
BATCH = 512
"""Spans of one export, at most."""
SLICE = 0.0003
"""Seconds of encoding at a time: whole milliseconds of it took the loop's p99 lateness from 0.2 to 8 ms."""
PAUSE = 0.0005
"""Seconds between two slices: 0.36 ms of lateness, measured with slices of 8 spans."""
ATTEMPTS = 3
"""Of each export, with pauses of one and two seconds; then it is dropped."""


class ThreadProcessor(SpanProcessor):
    """Queues what ends here, up to ``span_queue``, and sends it from its own native thread."""

    def __init__(self, config: Config) -> None:
        self._collector = Collector(config)
        self._room = config.span_queue
        self._patience = config.shutdown_timeout
        self._sleep = native.original("time", "sleep")
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        """At the start and in a forked child, which has no thread, and whose queue is the parent's to send."""
        self._queue: deque[ReadableSpan] = deque()
        self._running = False
        self._busy = False
        self._deadline: float | None = None
        """Set when the process ends: the time to be done by, whatever is left."""
        self._wake = native.allocate_lock()
        self._wake.acquire()

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span. Never raises, never waits."""
        try:
            if not span.context.trace_flags.sampled:
                return
            if len(self._queue) >= self._room:
                dropped.count("queue_full" if self._deadline is None else "shutdown")
                return
            self._queue.append(span)
            if not self._running and current.get() is not None:
                self._start()
        except Exception:
            fault("tracing: queueing spans")

    def _start(self) -> None:
        self._running = True
        native.start_thread(self._run)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Wait until everything is sent or dropped, but no longer than told."""
        until = monotonic() + timeout_millis / 1000
        if self._queue and not self._running:
            self._start()
        while self._queue or self._busy:
            if monotonic() >= until:
                return False
            self._rouse()
            self._sleep(0.001)
        return True

    def shutdown(self) -> None:
        """The end of the process: send what waits, within ``shutdown_timeout``, and count what is left."""
        self._deadline = monotonic() + self._patience
        if not self.force_flush(round(self._patience * 1000)):
            dropped.count("shutdown", len(self._queue))
            self._queue.clear()
        self._room = 0
        self._rouse()

    def _rouse(self) -> None:
        if self._wake.locked():
            self._wake.release()

    def _run(self) -> None:
        """The thread: export, and wait for the next time or for a flush."""
        while self._deadline is None or self._queue:
            self._wake.acquire(True, INTERVAL)  # noqa: FBT003  a lock's own signature
            while self._queue:
                self._busy = True
                try:
                    self._export()
                except Exception:
                    fault("tracing: exporting spans")
                self._busy = False
        self._running = False

    def _export(self) -> None:
        body, spans = self._encoded()
        for attempt in range(ATTEMPTS):
            if self._collector.post(body, self._deadline):
                return
            if self._deadline is not None or not self._collector.may_recover:
                break
            self._wake.acquire(True, 2.0**attempt)  # noqa: FBT003
        dropped.count("refused", spans)

    def _encoded(self) -> tuple[bytes, int]:
        """The next spans as one export request, and how many. Messages of protobuf are merged by concatenation."""
        parts: list[bytes] = []
        started = perf_counter()
        while self._queue and len(parts) < BATCH:
            try:
                parts.append(encode_spans([self._queue.popleft()]).SerializeToString())
            except Exception:
                dropped.count("unencodable")
                fault("tracing: encoding a span")
            if perf_counter() - started > SLICE:
                self._sleep(PAUSE)
                started = perf_counter()
        return b"".join(parts), len(parts)
