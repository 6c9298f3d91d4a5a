"""OpenTelemetry's Flask instrumentation, set up as its documentation says, minus the network.

Spans go through a BatchSpanProcessor to an exporter that drops them, metrics to a reader that nobody collects during
the run: what is measured is the instrumentation and the SDK, not encoding or sending. Stable HTTP conventions only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.stacks.stack import Application

if TYPE_CHECKING:
    from flask import Flask
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

ENVIRON = {"OTEL_SEMCONV_STABILITY_OPT_IN": "http"}


def build(*, ratio: float | None, metrics: bool) -> Application:
    """The service with the instrumentation; ``ratio`` None leaves the SDK out."""
    from benchmarks.stacks.app import create_app

    return add(create_app(), ratio=ratio, metrics=metrics)


def add(app: Flask, *, ratio: float | None, metrics: bool) -> Flask:
    """``app`` with the instrumentation on it."""
    from opentelemetry.instrumentation.flask import FlaskInstrumentor

    instrumentor: Any = FlaskInstrumentor()  # its methods have no annotations
    if ratio is None:
        instrumentor.instrument_app(app)
    else:
        measured = meters() if metrics else None
        instrumentor.instrument_app(app, tracer_provider=tracers(ratio), meter_provider=measured)
    return app


def build_with_exporter(*, ratio: float) -> Application:
    """Both: OpenTelemetry for traces and metrics, prometheus-flask-exporter for Prometheus, as many services do."""
    from benchmarks.stacks import exporter
    from benchmarks.stacks.app import create_app

    return exporter.add(add(create_app(), ratio=ratio, metrics=True))


def tracers(ratio: float) -> TracerProvider:
    """A provider that samples ``ratio`` of the roots, and sends nothing."""
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    class Dropping(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            return SpanExportResult.SUCCESS

        def shutdown(self) -> None: ...

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return True

    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(ratio)))
    provider.add_span_processor(BatchSpanProcessor(Dropping()))
    return provider


def meters() -> MeterProvider:
    """A provider that records, and that nobody collects."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricReader

    class Idle(MetricReader):
        """A PeriodicExportingMetricReader whose period is longer than the run."""

        def _receive_metrics(self, metrics_data: Any, timeout_millis: float = 10_000, **_: Any) -> None: ...

        def shutdown(self, timeout_millis: float = 30_000, **_: Any) -> None: ...

    return MeterProvider(metric_readers=[Idle()])
