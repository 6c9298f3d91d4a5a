"""A service that has set OpenTelemetry up itself keeps its provider, processors, ids and sampler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_ON,
    Decision,
    ParentBasedTraceIdRatio,
    Sampler,
    SamplingResult,
)
from opentelemetry.trace import NoOpTracerProvider, SpanKind

from obs.work import current


class Ids(IdGenerator):
    """Like X-Ray's: the high bits say something."""

    def generate_trace_id(self) -> int:
        return (0xABC << 116) + 1

    def generate_span_id(self) -> int:
        return 0xDEF


class Asked(Sampler):
    """Notes what it is asked."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.kinds: Counter[Any] = Counter()
        self.attributes: Any = None

    def should_sample(
        self, parent_context: Any, trace_id: int, name: str, kind: Any = None, attributes: Any = None, *args: Any
    ) -> SamplingResult:
        self.kinds[kind] += 1
        self.attributes = attributes
        return SamplingResult(self.decision, {"sampler.said": "so"})

    def get_description(self) -> str:
        return "Asked"


def set_up(service: Any, **settings: Any) -> TracerProvider:
    provider = TracerProvider(**settings)
    provider.add_span_processor(SimpleSpanProcessor(service.exported))
    trace.set_tracer_provider(provider)
    return provider


def test_the_services_provider_is_kept(start: Callable[..., Any]) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_off")
    provider = set_up(service, resource=Resource({"service.name": "own"}), id_generator=Ids(), sampler=ALWAYS_ON)
    service.answer("/", lambda: f"{current.get().ids()[0]:x}")  # type: ignore[union-attr]
    answer = service.get("/").get_data(as_text=True)
    assert trace.get_tracer_provider() is provider
    (span,) = service.spans()
    assert span.resource.attributes["service.name"] == "own"
    assert (span.context.trace_id, span.context.span_id) == (Ids().generate_trace_id(), 0xDEF)
    assert answer == f"{span.context.trace_id:x}"


def test_a_ratio_is_not_squared(start: Callable[..., Any]) -> None:
    service = start()
    set_up(service, sampler=ParentBasedTraceIdRatio(0.3))

    @service.app.get("/")
    def view() -> str:
        trace.get_tracer("a library").start_span("child").end()
        return ""

    import random

    random.seed(3)
    for _ in range(400):
        service.get("/")
    kinds = Counter(span.kind for span in service.spans())
    assert 90 < kinds[SpanKind.SERVER] < 150
    assert kinds[SpanKind.INTERNAL] == kinds[SpanKind.SERVER]


@pytest.mark.parametrize("decision", list(Decision))
def test_a_sampler_of_its_own_is_asked_once_per_request(start: Callable[..., Any], decision: Decision) -> None:
    service = start(OBS_OUTLIERS="0")
    sampler = Asked(decision)
    set_up(service, sampler=sampler)
    service.answer("/users/<name>")
    service.get("/users/x?token=1")
    service.get("/users/y?token=1")
    assert sampler.kinds == {SpanKind.SERVER: 2}
    assert sampler.attributes["url.path"] == "/users/y"
    recorded = [span.context.trace_flags.sampled for span in service.spans()]
    assert recorded == {Decision.DROP: [], Decision.RECORD_ONLY: [], Decision.RECORD_AND_SAMPLE: [True, True]}[decision]
    if recorded:
        assert service.spans()[0].attributes["sampler.said"] == "so"
        assert service.spans()[0].name == "GET /users/<name>"


def test_a_service_that_traces_its_requests_itself_is_left_alone(start: Callable[..., Any], caplog: Any) -> None:
    service = start()
    set_up(service)
    FlaskInstrumentor.instrument_app(service.app)
    service.answer("/")
    for _ in range(3):
        service.get("/")
    assert [(span.name, span.kind) for span in service.spans()] == [("GET /", SpanKind.SERVER)] * 3
    assert ["leaves tracing to it" in record.getMessage() for record in caplog.records] == [True]


def test_a_provider_of_another_make_is_left_alone(start: Callable[..., Any], caplog: Any) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_on")
    trace.set_tracer_provider(NoOpTracerProvider())
    service.answer("/")
    assert service.get("/").status_code == 200
    assert "NoOpTracerProvider" in caplog.text
