"""What is done for the Works that are recorded, and for those that take more than the hot path to decide."""

from __future__ import annotations

import os
from typing import Any, ClassVar, cast

from opentelemetry import trace
from opentelemetry.context import get_current, set_value
from opentelemetry.context.context import Context
from opentelemetry.sdk.trace import Tracer, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler
from opentelemetry.trace import INVALID_SPAN_CONTEXT, SpanContext
from opentelemetry.trace.propagation import _SPAN_KEY
from opentelemetry.util.http import OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE

from obs.config import Config
from obs.errors import log
from obs.tracing import ambient, gate, lazy, outliers, provider, server
from obs.tracing import attributes as http
from obs.tracing.gate import Environ
from obs.tracing.propagation import Caller
from obs.tracing.rule import Rule
from obs.work import Work

_RANDOM = RandomIdGenerator()


class Recorder:
    """Begins and ends the Works that are recorded, or that take more than the hot path to decide."""

    flask: ClassVar[Any] = None
    """obs.tracing.flask, once the service has imported Flask."""

    def __init__(self, config: Config, users: TracerProvider, rule: Rule | None) -> None:
        self.caller = Caller()
        self._captures = OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE in os.environ
        self.provider = users
        self.rule = rule
        self.variable = lazy.variable()
        self.tracer = cast("Tracer", users.get_tracer("obs"))
        self.outliers = outliers.Outliers(config, self.tracer)
        self._ids = users.id_generator if type(users.id_generator) is not RandomIdGenerator else None
        self.draws_ids = self._ids is None
        """Whether trace ids are random, so that the one a sampler has drawn may be one."""
        self._part: Any = None
        self.keep = self.outliers.keep

    def begin(self, work: Work, environ: Environ) -> None:
        """What :func:`obs.tracing.begin` doesn't do itself; ``work.sampled`` if the rule has said yes already."""
        if work.parent is not None:
            self._nest(work, environ)
            return
        parent = self.caller.context(environ)
        caller = trace.get_current_span(parent).get_span_context() if parent else INVALID_SPAN_CONTEXT
        self._identify(work, caller)
        if self.flask is not None and server.described(environ) and self.flask.excluded(environ):
            work.sampled = False
        elif self.rule is None:
            self._ask(self.provider.sampler, work, environ, parent, caller)
        elif not work.sampled:
            rule = self.rule
            sampled = caller.trace_flags.sampled
            work.sampled = rule.follow(caller.trace_id, sampled=sampled) if caller.is_valid else rule.draw(work)
        if work.sampled and work.span is None:
            work.span = server.start(self.tracer, work, environ, parent, caller)
        self._run_under(work, parent)

    def _identify(self, work: Work, caller: SpanContext) -> None:
        """Ids and tracestate from the caller's, however the service's propagators have found them."""
        if caller.is_valid:
            work.trace_id, work.parent_span_id = caller.trace_id, caller.span_id
            work.span_id = (self._ids or _RANDOM).generate_span_id()
            work.tracestate = caller.trace_state
        elif self._ids is not None:  # a generator of the service's: its backend may read times from ids
            work.trace_id, work.span_id = self._ids.generate_trace_id(), self._ids.generate_span_id()

    def _ask(self, sampler: Sampler, work: Work, environ: Environ, parent: Context, caller: SpanContext) -> None:
        """Ask a sampler of the service's own, once: the span is started with what it answers."""
        attributes = http.collect(environ, environ.get("PATH_INFO", "")) if server.described(environ) else {}
        trace_id, _ = work.ids()
        name = server.title(work, environ)
        answer = sampler.should_sample(parent, trace_id, name, server.kind(work), attributes, ())
        work.sampled = answer.decision is not Decision.DROP
        work.tracestate = answer.trace_state
        if work.sampled:
            work.span = server.start(self.tracer, work, environ, parent, caller, answer)

    def _nest(self, work: Work, environ: Environ) -> None:
        """A request served inside another Work of this process: part of its trace, decided with it."""
        outer: Context = get_current()
        span = trace.get_current_span(outer)
        work.sampled = span.is_recording()
        if work.sampled:
            around = span.get_span_context()
            self._identify(work, around)
            work.span = server.start(self.tracer, work, environ, outer, around)
        self._run_under(work, outer)

    def _run_under(self, work: Work, parent: Context) -> None:
        work.context = set_value(_SPAN_KEY, work.span or lazy.LAZY, parent)
        work.attached = self.variable.set(work.context)

    def finish(self, work: Work) -> None:
        """End the span of a sampled Work."""
        span, work.span, work.context = work.span, None, None
        server.finish(span, work, getattr(work, "environ", None))

    def enter_flask(self, work: Work, app: Any) -> None:
        """Flask dispatches a sampled request: OpenTelemetry's instrumentation of it describes the span."""
        span = work.span
        span.depth += 1
        if span.depth > 1:
            return
        if not self.flask.instrumented_by_user(app):
            span.part = self._part = self._part or self.flask.FlaskPart()
            span.part.enter(work)
        elif isinstance(self.provider, provider.WorkTracerProvider):
            span.part = self.flask.ServicesOwn()
        else:
            self._leave_alone(work)

    def _leave_alone(self, work: Work) -> None:
        """The service traces its requests itself, provider and instrumentation: obs adds nothing, from now on."""
        log.warning("obs: the service traces its requests with OpenTelemetry itself; obs leaves tracing to it")
        gate.shut()
        work.span = None
        self.variable.set(Context())

    def leave_flask(self, work: Work) -> None:
        """The end of what :meth:`enter_flask` began."""
        span = work.span
        span.depth -= 1
        if span.depth == 0 and span.part is not None:
            span.part.leave(work)

    def respond(self, work: Work, status: str, headers: list[tuple[str, str]]) -> None:
        """A sampled request is answered: ``status`` is the whole status line."""
        span = work.span
        if span.part is not None:
            span.part.respond(span, status, headers)
        server.respond(span, status, headers, capture=self._captures)

    def failed(self, work: Work, error: BaseException) -> None:
        """An exception has escaped the handler of a sampled request."""
        server.fail(work.span, error)

    def close(self) -> None:
        """Flush, and take obs's provider away; the service's own is the service's."""
        ambient.uninstall()
        if isinstance(self.provider, provider.WorkTracerProvider):
            provider.abolish(self.provider)
