"""The span of a send and the caller's context, made past the SDK's tracer and propagators: they are what those make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import baggage, context, propagate, trace
from opentelemetry.instrumentation.wsgi import wsgi_getter
from opentelemetry.sdk.trace import ReadableSpan

import obs
from obs.jobs.sending import sending
from obs.tracing.propagation import Caller

TRACE = "0af7651916cd43dd8448eb211c80319c"


def send(queue: str = "push") -> dict[str, str]:
    headers: dict[str, str] = {}
    with sending("push.notify", queue, "own", headers):
        pass
    return headers


def the_send(service: Any) -> ReadableSpan:
    (span,) = (span for span in service.spans() if span.kind is trace.SpanKind.PRODUCER)
    return span  # type: ignore[no-any-return]


def header_of(span: ReadableSpan) -> str:
    found = span.context
    assert found is not None
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"


def test_a_sampled_send_is_a_producer_span_with_the_conventions_attributes(sampled: Any) -> None:
    sent = send()
    span = the_send(sampled)
    assert sent["traceparent"] == header_of(span)
    assert (span.name, span.parent) == ("send push.notify", None)
    assert dict(span.attributes or {}) == {
        "messaging.system": "own",
        "messaging.destination.name": "push",
        "messaging.operation.type": "send",
        "messaging.operation.name": "send",
    }
    assert span.context.trace_flags == sdks_root(sampled).trace_flags


def sdks_root(service: Any) -> trace.SpanContext:
    """What the SDK itself gives a root."""
    return trace.get_tracer("service").start_span("root").get_span_context()


def test_a_send_in_a_sampled_work_is_its_child_and_current_while_it_is_sent(sampled: Any) -> None:
    headers: dict[str, str] = {}
    with obs.work("job", "nightly"), sending("push.notify", "push", "own", headers):
        inside = trace.get_current_span().get_span_context()
    span = the_send(sampled)
    (around,) = (each for each in sampled.spans() if each.name == "nightly")
    assert span.context == inside
    assert span.parent == around.context
    assert span.context.trace_id == around.context.trace_id
    assert headers["traceparent"] == header_of(span)


def test_baggage_and_tracestate_are_sent_on(sampled: Any) -> None:
    received = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "tracestate": "vendor=1", "baggage": "tenant=a"}
    with obs.work("job", "nightly", received=received):
        sent = send()
    assert (sent["tracestate"], sent["baggage"]) == ("vendor=1", "tenant=a")
    assert sent["traceparent"] == header_of(the_send(sampled))
    token = context.attach(baggage.set_baggage("tenant", "b"))
    try:
        assert send()["baggage"] == "tenant=b"
    finally:
        context.detach(token)


@pytest.mark.parametrize(("limit", "held"), [("2", 2), ("128", 4)])
def test_the_services_limit_of_attributes_holds(start: Callable[..., Any], limit: str, held: int) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_on", OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=limit)
    service.collect()
    send()
    assert len(the_send(service).attributes or {}) == held


def test_the_services_limit_of_a_texts_length_holds(start: Callable[..., Any]) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_on", OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT="3")
    service.collect()
    send("a-long-name")
    assert (the_send(service).attributes or {})["messaging.destination.name"] == "a-l"


@pytest.mark.parametrize(
    "header",
    [
        *(f"00-{TRACE}-b7ad6b7169203331-{flags}" for flags in ("00", "01", "03", "ff")),
        *(f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE.upper()}-b7ad6b7169203331-01"),
        *(f"ff-{TRACE}-b7ad6b7169203331-01", f"01-{TRACE}-b7ad6b7169203331-01-x", "", "00", "00-x-y-01"),
    ],
)
def test_a_callers_header_is_read_as_the_propagators_read_it(header: str) -> None:
    environ = {"HTTP_TRACEPARENT": header}
    ours, theirs = Caller().context(environ), propagate.extract(environ, context.Context(), getter=wsgi_getter)
    found, expected = (trace.get_current_span(each).get_span_context() for each in (ours, theirs))
    assert found == expected
    assert found.is_remote == expected.is_remote
