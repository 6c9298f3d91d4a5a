"""What the caller sent on: found by whatever propagators the service has chosen."""

from __future__ import annotations

from opentelemetry import propagate
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context.context import Context
from opentelemetry.instrumentation.wsgi import wsgi_getter
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from obs.tracing.gate import Environ

_NOTHING = Context()
_HEADERS = frozenset({"HTTP_TRACEPARENT", "HTTP_BAGGAGE"})


class Caller:
    """Reads requests with the propagators that are global when it is made, at the process's first Work."""

    def __init__(self) -> None:
        self.w3c = is_w3c(propagate.get_global_textmap())
        """Whether only W3C's headers need be looked at."""

    def context(self, environ: Environ) -> Context:
        """The caller's span, if it has sent one, and baggage: nothing of what is current here."""
        if self.w3c and not any(header in environ for header in _HEADERS):
            return _NOTHING
        return propagate.extract(environ, Context(), getter=wsgi_getter)


def is_w3c(propagator: TextMapPropagator) -> bool:
    """Whether it reads ``traceparent``, ``tracestate`` and ``baggage``, and nothing else."""
    parts = propagator._propagators if type(propagator) is CompositePropagator else [propagator]  # noqa: SLF001
    kinds = {type(part) for part in parts}
    return TraceContextTextMapPropagator in kinds and kinds <= {TraceContextTextMapPropagator, W3CBaggagePropagator}
