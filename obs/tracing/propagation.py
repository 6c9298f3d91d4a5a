"""What the caller sent on: found by whatever propagators the service has chosen."""

from __future__ import annotations

from opentelemetry import propagate
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context.context import Context
from opentelemetry.instrumentation.wsgi import wsgi_getter
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from obs.tracing.gate import Environ
from obs.tracing.rule import usual
from obs.tracing.wellformed import well_formed

_NOTHING = Context()


class Caller:
    """Reads requests with the propagators that are global when it is made, at the process's first Work."""

    def __init__(self) -> None:
        self.w3c = is_w3c(propagate.get_global_textmap())
        """Whether only W3C's headers need be looked at."""

    def context(self, environ: Environ) -> Context:
        """The caller's span, if it has sent one, and baggage: nothing of what is current here."""
        if self.w3c and "HTTP_BAGGAGE" not in environ:
            header = environ.get("HTTP_TRACEPARENT")
            if header is None:
                return _NOTHING
            if "HTTP_TRACESTATE" not in environ and usual(header):
                return _sent(header)
        return propagate.extract(well_formed(environ), Context(), getter=wsgi_getter)


def _sent(traceparent: str) -> Context:
    """What the propagators find in that header, which is :func:`usual`: 4 µs, against 15."""
    _, trace_id, span_id, flags = traceparent.split("-")
    found = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return set_span_in_context(NonRecordingSpan(found), _NOTHING)


def is_w3c(propagator: TextMapPropagator) -> bool:
    """Whether it reads ``traceparent``, ``tracestate`` and ``baggage``, and nothing else."""
    parts = propagator._propagators if type(propagator) is CompositePropagator else [propagator]  # noqa: SLF001
    kinds = {type(part) for part in parts}
    return TraceContextTextMapPropagator in kinds and kinds <= {TraceContextTextMapPropagator, W3CBaggagePropagator}
