"""The PRODUCER span of a message, and links to those that others have sent.

https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/; but a span is named after the job, as all that
obs shows of it is: a list of traces that all read "send default" would not say what was sent.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from copy import copy
from random import getrandbits
from typing import Any

from opentelemetry import propagate
from opentelemetry.context import get_current
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from obs.tracing.gate import Gate
from obs.tracing.messages import Sent
from obs.work import parse_traceparent


class _Drawn(RandomIdGenerator):
    """Ids of a trace whose low half was drawn already, to decide by it as a sampler does."""

    def __init__(self, draw: int) -> None:
        self._draw = draw

    def generate_trace_id(self) -> int:
        return getrandbits(64) << 64 | self._draw


def begin(state: Gate, what: Sent, headers: MutableMapping[str, Any], draw: int | None = None) -> tuple[Span, Any]:
    """The span, current from now on, and what takes it off again. ``draw``: the low half of a root's trace id."""
    tracer = state.recorder.tracer
    if draw is not None:
        tracer = copy(tracer)
        tracer.id_generator = _Drawn(draw)
    named = {"messaging.system": what.system, "messaging.destination.name": what.queue}
    attributes = {name: value for name, value in named.items() if value}
    operation = {"messaging.operation.type": "send", "messaging.operation.name": "send"}
    span = tracer.start_span(
        f"send {what.name}", kind=SpanKind.PRODUCER, attributes=attributes | operation, record_exception=False
    )
    context = set_span_in_context(span, get_current())
    propagate.inject(headers, context)
    return span, state.variable.set(context)


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
