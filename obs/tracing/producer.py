"""The PRODUCER span of a message, and links to those that others have sent.

https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/; but a span is named after the job, as all that
obs shows of it is: a list of traces that all read "send default" would not say what was sent.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from random import getrandbits
from typing import Any

from opentelemetry import propagate
from opentelemetry.baggage import get_all as baggage
from opentelemetry.context import Context, get_current
from opentelemetry.sdk.trace import Span as RecordedSpan
from opentelemetry.sdk.trace import Tracer
from opentelemetry.trace import (
    INVALID_SPAN_CONTEXT,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)

from obs.tracing.describing import describe
from obs.tracing.gate import Gate
from obs.tracing.messages import Sent
from obs.tracing.server import RANDOM
from obs.work import parse_traceparent


class SendSpan(RecordedSpan):
    """A span of the SDK's that is made without its tracer: its ids and that it is sampled are known."""


def begin(state: Gate, what: Sent, headers: MutableMapping[str, Any], draw: int | None = None) -> tuple[Span, Any]:
    """The span, current from now on, and what takes it off again.

    ``draw``: the low half of the trace id of a root that is sampled by it.
    """
    outer = get_current()
    parent = INVALID_SPAN_CONTEXT if draw is not None else get_current_span(outer).get_span_context()
    attributes = _attributes(what.system, what.queue)
    if draw is not None or (_is_followed(state, parent) and state.recorder.draws_ids):
        span = _made(state.recorder.tracer, f"send {what.name}", parent, draw, outer)
        describe(span, attributes)
    else:
        span = state.recorder.tracer.start_span(
            f"send {what.name}", outer, SpanKind.PRODUCER, attributes, record_exception=False
        )
    context = set_span_in_context(span, outer)
    _inject(state, span.get_span_context(), headers, context)
    return span, state.variable.set(context)


def _is_followed(state: Gate, parent: SpanContext) -> bool:
    """Whether the sampler would say yes since ``parent`` is sampled."""
    return parent.trace_flags.sampled and parent.is_valid and state.rule is not None and state.rule.parent_based


def _made(tracer: Tracer, name: str, parent: SpanContext, draw: int | None, outer: Context) -> SendSpan:
    """What the SDK would start, for a third of the time: it asks the sampler, which has been asked."""
    trace_id = parent.trace_id if draw is None else getrandbits(64) << 64 | draw
    flags = TraceFlags.SAMPLED | (parent.trace_flags if draw is None else ~0) & RANDOM
    context = SpanContext(
        trace_id, getrandbits(64) or 1, is_remote=False, trace_flags=TraceFlags(flags), trace_state=parent.trace_state
    )
    span = SendSpan(
        name=name,
        context=context,
        parent=parent if draw is None else None,
        sampler=tracer.sampler,
        resource=tracer.resource,
        kind=SpanKind.PRODUCER,
        span_processor=tracer.span_processor,
        limits=tracer._span_limits,  # noqa: SLF001  as in server.py
        instrumentation_scope=tracer._instrumentation_scope,  # noqa: SLF001
        record_exception=False,
    )
    span.start(parent_context=outer)
    return span


@lru_cache(1000)
def _attributes(system: str, queue: str) -> dict[str, str]:
    """Of all that is sent to one queue."""
    named = {"messaging.system": system, "messaging.destination.name": queue}
    operation = {"messaging.operation.type": "send", "messaging.operation.name": "send"}
    return {name: value for name, value in named.items() if value} | operation


def _inject(state: Gate, sent: SpanContext, headers: MutableMapping[str, Any], context: Context) -> None:
    """What the propagators write for it. 1 µs for what is in one header, against 10."""
    if state.plain and sent.is_valid and not sent.trace_state and not baggage(context):
        headers["traceparent"] = f"00-{sent.trace_id:032x}-{sent.span_id:016x}-{sent.trace_flags:02x}"
    else:
        propagate.inject(headers, context)


def end(span: Span, error: BaseException | None) -> None:
    """Without the exception's message, which may quote what was sent."""
    if error is not None:
        kind = type(error).__qualname__
        span.set_attribute("error.type", kind)
        span.set_status(Status(StatusCode.ERROR, kind))
    span.end()


def link(span: Span, traceparent: str) -> None:
    """Link ``span`` to what bears that header; to nothing if it is no valid one."""
    trace_id, span_id, sampled = parse_traceparent(traceparent)
    if trace_id:
        flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
        span.add_link(SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags))
