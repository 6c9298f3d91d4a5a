"""The traces of works that the service opens by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, StatusCode

import obs
from obs import tracing
from obs.work import Work, current

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def described(span: ReadableSpan) -> dict[str, Any]:
    """The attributes but for the clocks, which tests of accounting look at."""
    return {name: value for name, value in (span.attributes or {}).items() if not name.endswith("_seconds")}


def test_a_sampled_job_is_a_span_of_its_name_with_those_of_its_calls_under_it(sampled: Any) -> None:
    with obs.work("job", "push.notify", queue="push"), trace.get_tracer("db").start_as_current_span("query"):
        pass
    query, job = sampled.spans()
    assert (job.name, job.kind, job.parent) == ("push.notify", SpanKind.CONSUMER, None)
    assert described(job) == {
        "messaging.destination.name": "push",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
    }
    assert job.status.status_code is StatusCode.UNSET
    assert (query.parent.span_id, query.context.trace_id) == (job.context.span_id, job.context.trace_id)


def test_a_sampled_request_by_hand_is_a_server_span(sampled: Any) -> None:
    with obs.work("request", "POST /chat.Rooms/Send"):
        pass
    (span,) = sampled.spans()
    assert (span.name, span.kind) == ("POST /chat.Rooms/Send", SpanKind.SERVER)
    assert described(span) == {
        "http.request.method": "POST",
        "http.route": "/chat.Rooms/Send",
        "http.response.status_code": 200,
    }


def test_an_exception_is_on_the_span_by_its_type_only(sampled: Any) -> None:
    with pytest.raises(ValueError, match="secret"), obs.work("job", "a"):
        raise ValueError("secret")
    (span,) = sampled.spans()
    assert (span.status.status_code, span.attributes["error.type"]) == (StatusCode.ERROR, "ValueError")
    (event,) = span.events
    assert event.attributes["exception.type"] == "ValueError"
    assert "secret" not in str(event.attributes)


def test_a_job_in_a_job_is_a_span_in_its_trace(sampled: Any) -> None:
    with obs.work("job", "outer"), obs.work("job", "inner"):
        pass
    inner, outer = sampled.spans()
    assert (inner.name, inner.kind) == ("inner", SpanKind.CONSUMER)
    assert (inner.parent.span_id, inner.context.trace_id) == (outer.context.span_id, outer.context.trace_id)


def test_a_job_in_a_request_is_a_span_in_its_trace(sampled: Any) -> None:
    def view() -> str:
        with obs.work("job", "inline"):
            return "ok"

    sampled.answer("/a", view)
    sampled.get("/a", traceparent=CALLER)
    inner, outer = sampled.spans()
    assert (inner.name, inner.parent.span_id) == ("inline", outer.context.span_id)
    assert outer.context.trace_id == int(CALLER[3:35], 16)


def test_an_unsampled_job_that_fails_is_kept(start: Callable[..., Any]) -> None:
    service = start(OBS_TRACE_RATIO="0")
    with obs.work("job", "quiet"):
        pass
    service.collect()
    with pytest.raises(KeyError), obs.work("job", "loud"):
        raise KeyError
    (span,) = service.spans()
    assert (span.name, span.kind, span.attributes["obs.kept"]) == ("loud", SpanKind.CONSUMER, "error")


def test_what_came_along_with_it_goes_on(start: Callable[..., Any]) -> None:
    service = start(OBS_TRACE_RATIO="0")
    with obs.work("job", "first"):
        pass
    service.collect()
    work = Work("job", "carried")
    token = current.set(work)
    tracing.begin_by_hand(work, dict, {"TraceParent": CALLER, "tracestate": "a=b", "x-other": "1"})
    work.ended = work.started + 1e-9
    tracing.end(work)
    current.reset(token)
    (span,) = service.spans()
    assert (span.context.trace_id, span.parent.span_id) == (int(CALLER[3:35], 16), int(CALLER[36:52], 16))
    assert span.context.trace_state.get("a") == "b"


def test_works_that_interleave_leave_no_context_behind(sampled: Any) -> None:
    def steps(name: str) -> Iterator[None]:
        with obs.work("job", name):
            yield

    first, second = steps("first"), steps("second")
    next(first)
    next(second)
    list(first)
    assert trace.get_current_span().name == "second"
    list(second)
    assert not trace.get_current_span().get_span_context().is_valid
    assert not context.get_current()
    assert [span.name for span in sampled.spans()] == ["first", "second"]


class Asked(Sampler):
    """A sampler of the service's own, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def should_sample(self, parent: Any, trace_id: int, name: str, kind: Any = None, *rest: Any, **_: Any) -> Any:
        self.asked.append((name, kind))
        return SamplingResult(Decision.RECORD_AND_SAMPLE, {"sampler": "asked"})

    def get_description(self) -> str:
        return "Asked"


def test_the_services_own_sampler_is_asked_about_a_job(start: Callable[..., Any]) -> None:
    sampler = Asked()
    trace.set_tracer_provider(TracerProvider(sampler=sampler))
    service = start()
    with obs.work("job", "first"):
        pass
    service.collect()
    with obs.work("job", "second"):
        pass
    (span,) = service.spans()
    assert sampler.asked == [("first", SpanKind.CONSUMER), ("second", SpanKind.CONSUMER)]
    assert (span.name, described(span)) == ("second", {"sampler": "asked"})
