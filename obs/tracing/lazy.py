"""What an unsampled Work runs under: one span for all of them, that records nothing and has ids only if asked.

With no current span, every instrumented client call would start a trace of its own; with OpenTelemetry's suppress key,
none would send a ``traceparent``. Under this span they record nothing and still pass the Work's ids on, flags 00.
"""

from __future__ import annotations

from random import getrandbits
from typing import Any

from opentelemetry import context
from opentelemetry.context.context import Context
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext
from opentelemetry.trace import INVALID_SPAN_CONTEXT, NonRecordingSpan, SpanContext, set_span_in_context

from obs.work import current


class LazySpan(NonRecordingSpan):
    """The span of whichever unsampled Work is current."""

    def __init__(self) -> None:
        super().__init__(INVALID_SPAN_CONTEXT)

    def get_span_context(self) -> SpanContext:
        """The current Work's ids, made now if nobody asked before.

        A thread that was given this context but no Work gets ids of nobody's: what it calls stays unsampled, too.
        """
        work = current.get()
        if work is None:
            return SpanContext(getrandbits(128) or 1, getrandbits(64) or 1, is_remote=False)
        if work.span_context is None:
            work.span_context = SpanContext(*work.ids(), is_remote=False, trace_state=work.tracestate)
        kept: SpanContext = work.span_context
        return kept

    def __repr__(self) -> str:
        return "<the lazy span of an unsampled Work>"


LAZY = LazySpan()

UNSAMPLED: Context = set_span_in_context(LAZY, Context())
"""The context of every unsampled Work whose caller sent no baggage."""


class PublicVariable:
    """OpenTelemetry's current context where it is kept in no context variable (``OTEL_PYTHON_CONTEXT``)."""

    def get(self) -> Context:
        return context.get_current()

    def set(self, value: Context) -> Any:
        return context.attach(value)

    def reset(self, token: Any) -> None:
        context.detach(token)


def variable() -> Any:
    """Where OpenTelemetry keeps its current context: the context variable itself, or what looks like one.

    Setting the variable costs a third of ``attach`` and ``detach``.
    """
    runtime = context._RUNTIME_CONTEXT  # noqa: SLF001  there is no public way to it
    if isinstance(runtime, ContextVarsRuntimeContext):
        return runtime._current_context  # noqa: SLF001
    return PublicVariable()
