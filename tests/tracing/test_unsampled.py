"""A request that is not sampled: no span, one trace, and everything is passed on."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from opentelemetry import baggage, context, propagate, trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from obs import errors, tracing
from obs.tracing import lazy
from obs.work import Work, current

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def instrumented_requests() -> Iterator[None]:
    RequestsInstrumentor().instrument()
    yield
    RequestsInstrumentor().uninstrument()


def test_three_instrumented_client_calls_make_no_span_and_send_one_trace_id(
    unsampled: Any, peer: Any, instrumented_requests: None
) -> None:
    @unsampled.app.get("/")
    def fan_out() -> str:
        for _ in range(3):
            requests.get(peer.url, timeout=5)
        return f"{tracing.TraceFilter.__name__}"

    assert unsampled.get("/").status_code == 200
    sent = [headers["traceparent"].split("-") for headers in peer.headers]
    assert len(sent) == 3
    assert len({(trace_id, span_id) for _, trace_id, span_id, _ in sent}) == 1
    assert {flags for *_, flags in sent} == {"00"}
    assert unsampled.spans() == []


def test_the_callers_trace_baggage_and_tracestate_are_passed_on(
    unsampled: Any, peer: Any, instrumented_requests: None
) -> None:
    @unsampled.app.get("/")
    def call() -> str:
        assert baggage.get_baggage("user") == "7"
        requests.get(peer.url, timeout=5)
        return ""

    assert unsampled.get("/", traceparent=CALLER, tracestate="vendor=x", baggage="user=7").status_code == 200
    (headers,) = peer.headers
    _, trace_id, span_id, flags = headers["traceparent"].split("-")
    assert (trace_id, flags) == (CALLER.split("-")[1], "00")
    assert span_id != CALLER.split("-")[2]
    assert (headers["tracestate"], headers["baggage"]) == ("vendor=x", "user=7")
    assert unsampled.spans() == []


def test_spans_started_under_it_are_the_one_lazy_span(unsampled: Any) -> None:
    @unsampled.app.get("/")
    def view() -> str:
        tracer = trace.get_tracer("a library")
        with tracer.start_as_current_span("outer") as outer, tracer.start_as_current_span("inner") as inner:
            assert outer is inner is trace.get_current_span() is lazy.LAZY
            assert not outer.is_recording()
            outer.set_attribute("x", 1)
        return "ok"

    assert unsampled.get("/").data == b"ok"
    assert unsampled.spans() == []


def test_ids_are_made_only_if_somebody_asks(unsampled: Any) -> None:
    seen: list[Work] = []

    @unsampled.app.get("/<asks>")
    def view(asks: str) -> str:
        work = current.get()
        assert work is not None
        seen.append(work)
        if asks == "yes":
            span_context = trace.get_current_span().get_span_context()
            assert (span_context.trace_id, span_context.span_id) == work.ids()
            assert span_context is trace.get_current_span().get_span_context()
        return ""

    assert unsampled.get("/no").status_code == 200
    assert unsampled.get("/yes").status_code == 200
    assert [bool(work.trace_id) for work in seen] == [False, True]


def test_what_was_current_before_is_current_again(unsampled: Any) -> None:
    unsampled.answer("/")
    before = context.get_current()
    unsampled.get("/")
    unsampled.get("/", baggage="a=b")
    assert context.get_current() is before


def test_a_root_outside_of_a_work_asks_the_configured_sampler(start: Callable[..., Any]) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_on")
    service.collect()
    trace.get_tracer("a script").start_span("startup").end()
    assert [span.name for span in service.spans()] == ["startup"]


def test_a_thread_with_the_context_but_no_work_stays_unsampled(unsampled: Any) -> None:
    tracer = trace.get_tracer("a library")
    found: list[Any] = []

    def run() -> None:
        current.set(None)
        context.attach(lazy.UNSAMPLED)
        found.append(tracer.start_span("child").get_span_context())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found[0].is_valid
    assert not found[0].trace_flags.sampled


def test_log_records_carry_trace_and_work(unsampled: Any) -> None:
    lines: list[dict[str, str]] = []

    class Lines(logging.Handler):
        def emit(self, record: Any) -> None:
            lines.append({"trace": record.trace_id, "span": record.span_id, "work": record.work})

    handler = Lines()
    handler.addFilter(tracing.TraceFilter())
    logger = logging.getLogger("a service")
    logger.addHandler(handler)

    @unsampled.app.get("/users/<int:user>")
    def view(user: int) -> str:
        logger.warning("hello")
        return json.dumps([f"{n:0{w}x}" for n, w in zip(current.get().ids(), (32, 16), strict=True)])  # type: ignore[union-attr]

    try:
        logger.warning("before")
        trace_id, span_id = unsampled.get("/users/3", traceparent=CALLER).get_json(force=True)
    finally:
        logger.removeHandler(handler)
    assert lines == [
        {"trace": "", "span": "", "work": ""},
        {"trace": trace_id, "span": span_id, "work": "GET /users/<int:user>"},
    ]
    assert trace_id == CALLER.split("-")[1]


def test_tracing_that_is_off_touches_nothing(start: Callable[..., Any]) -> None:
    service = start(OTEL_SDK_DISABLED="true")

    @service.app.get("/")
    def view() -> str:
        assert trace.get_current_span() is trace.INVALID_SPAN
        return "ok"

    assert service.get("/").data == b"ok"
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def test_a_tracers_decorator_looks_again_at_each_call(unsampled: Any) -> None:
    decorated = []

    @unsampled.app.get("/")
    def view() -> str:
        @trace.get_tracer("a library").start_as_current_span("decorated")
        def function() -> Any:
            return trace.get_current_span()

        decorated.append(function)
        assert function() is lazy.LAZY
        return "ok"

    assert unsampled.get("/").data == b"ok"
    assert decorated[0]() is not lazy.LAZY


def test_a_propagator_of_the_services_own_is_asked_for_the_caller(start: Callable[..., Any]) -> None:
    class InOneHeader(TraceContextTextMapPropagator):
        def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Any:
            found = getter.get(carrier, "x-own") or [""]
            return super().extract({"traceparent": found[0]}, context)

    before = propagate.get_global_textmap()
    propagate.set_global_textmap(InOneHeader())
    try:
        service = start(OTEL_TRACES_SAMPLER="parentbased_always_on")
        service.collect()
        service.answer("/", lambda: f"{current.get().ids()[0]:032x}")  # type: ignore[union-attr]
        answer = service.get("/", X_Own=CALLER)
    finally:
        propagate.set_global_textmap(before)
    assert answer.get_data(as_text=True) == CALLER.split("-")[1]
    assert service.spans() == []


def test_a_sampler_that_fails_is_contained(start: Callable[..., Any], clean: Any) -> None:
    class Failing(Sampler):
        def should_sample(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError

        def get_description(self) -> str:
            return "Failing"

    service = start()
    trace.set_tracer_provider(TracerProvider(sampler=Failing()))
    service.answer("/", lambda: str(trace.get_current_span() is lazy.LAZY))
    assert service.get("/").data == b"True"
    assert errors.faults == {"tracing: the beginning of a Work": 1}
    errors.faults.clear()
