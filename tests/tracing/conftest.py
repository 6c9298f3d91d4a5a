"""A Flask service in this process with obs on, and a collector and a peer to talk to."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

import obs
from obs import errors, tracing
from obs.metrics import active


class Service:
    """A Flask application, served as a server would: read to the end, then closed."""

    def __init__(self) -> None:
        self.app = flask.Flask("service")
        self.exported = InMemorySpanExporter()

    def collect(self) -> None:
        """Build the provider as the first request would, and see what it gets."""
        tracing.ready()
        provider: Any = trace.get_tracer_provider()
        provider.add_span_processor(SimpleSpanProcessor(self.exported))

    def answer(self, path: str, value: Any = "") -> None:
        """Answer ``path`` with ``value``, or with what that returns."""
        self.app.get(path, endpoint=path.replace(".", "_"))(lambda **_: value() if callable(value) else value)

    def get(self, path: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().get(path, headers=named, buffered=True)

    def spans(self) -> list[ReadableSpan]:
        """What was exported so far, in the order it ended."""
        return list(self.exported.get_finished_spans())

    def server_span(self) -> ReadableSpan:
        (span,) = (s for s in self.spans() if s.kind is trace.SpanKind.SERVER)
        return span


def reset_opentelemetry() -> None:
    trace._TRACER_PROVIDER = None
    trace._TRACER_PROVIDER_SET_ONCE = Once()


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[pytest.MonkeyPatch]:
    """No obs and no provider before and after; no contained fault in between."""
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("OBS_ACCOUNTING", "false")  # clocks are attributes of spans, and differ each time
    reset_opentelemetry()
    errors.faults.clear()
    yield monkeypatch
    reset_opentelemetry()
    assert not errors.faults


@pytest.fixture
def start(clean: pytest.MonkeyPatch) -> Iterator[Callable[..., Service]]:
    """``start(SETTING=value…)``: a service with obs on, under these settings."""
    handles = []

    def start(**settings: str) -> Service:
        for name, value in settings.items():
            clean.setenv(name, value)
        handles.append(obs.instrument())
        return Service()

    yield start
    for handle in handles:
        handle.uninstrument()


@pytest.fixture
def sampled(start: Callable[..., Service]) -> Service:
    service = start(OTEL_TRACES_SAMPLER="always_on")
    service.collect()
    return service


@pytest.fixture
def unsampled(start: Callable[..., Service]) -> Service:
    service = start(OTEL_TRACES_SAMPLER="always_off", OBS_OUTLIERS="0")
    service.collect()
    return service


def drops(reason: str) -> float:
    """How many spans this process has dropped for that reason."""
    from obs.metrics.catalog import OBS_SELF_DROPPED_SPANS

    counter = active.store().counter(OBS_SELF_DROPPED_SPANS, reason)
    return float(counter.cells[counter.index])


class Peer:
    """An HTTP server that notes what it is asked; ``answer`` is called with each request's handler."""

    def __init__(self, answer: Callable[[Any], None] | None = None) -> None:
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                peer.headers.append({name.lower(): value for name, value in self.headers.items()})
                peer.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                if answer is not None:
                    answer(self)
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            do_GET = do_POST = handle_any  # noqa: N815  the names are http.server's

            def log_message(self, *args: Any) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def names(self) -> list[str]:
        """The names of the spans it was posted."""
        found = []
        for body, headers in zip(self.bodies, self.headers, strict=True):
            raw = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
            request = ExportTraceServiceRequest.FromString(raw)
            found += [s.name for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()
