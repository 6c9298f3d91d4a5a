"""The SERVER span of a sampled request: open from the server's call to the close of the body.

obs starts it where the server calls, so that it has the true times and is current for all that the request runs, and
gives it to OpenTelemetry's instrumentation of the framework to fill in: name, route, attributes, hooks and captured
headers are that one's. Where there is none, obs fills it in with the stable HTTP attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from opentelemetry.context.context import Context
from opentelemetry.instrumentation import wsgi
from opentelemetry.sdk.trace import Span, Tracer
from opentelemetry.sdk.trace.sampling import Decision, SamplingResult
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from obs.tracing import attributes as http
from obs.tracing.blocked import blocked
from obs.tracing.describing import describe
from obs.work import Work

SERVER_INSTRUMENTATIONS = frozenset(
    {f"opentelemetry.instrumentation.{name}" for name in ("flask", "wsgi", "django", "falcon", "pyramid")}
)
RANDOM = getattr(TraceFlags, "RANDOM_TRACE_ID", 0)


class ServerSpan(Span):
    """A span of the SDK's that only :meth:`finish` ends."""

    work: Work
    path: str = ""
    adopted: bool = False
    """Whether OpenTelemetry's instrumentation of the framework has filled it in."""
    depth: int = 0
    """Of Flask's dispatches within this request: a view may call another application in this process."""
    part: Any = None
    """How that is done for this request (obs.tracing.flask)."""
    activation: Any = None
    """What takes OpenTelemetry's Flask instrumentation's context off again."""
    failure: str = ""
    """The type of the exception that escaped."""
    dropped: bool = False
    """Whether it is not to be exported."""

    def awaits(self, scope: str) -> bool:
        """Whether the instrumentation called ``scope`` may fill it in: the first that comes, for this request only."""
        return not self.adopted and scope in SERVER_INSTRUMENTATIONS

    def adopt(self, name: str, attributes: Any) -> ServerSpan:
        """Take the name and attributes that an instrumentation starts its span with, but for what must not leave.

        The attributes are taken out of its dict: OpenTelemetry's instrumentation of Flask would set each once more.
        """
        self.adopted = True
        if isinstance(attributes, dict):
            taken = dict(attributes)
            attributes.clear()
            http.strip(taken)
            if http.ROUTE in taken:
                name, taken[http.ROUTE] = _route(self.work, name, taken[http.ROUTE])
                self.update_name(name)
            self.set_attributes(taken)
        return self

    def end(self, end_time: int | None = None) -> None:
        """Nothing: OpenTelemetry's instrumentations end it when the view has returned, before the body is sent."""

    def finish(self, end_time: int) -> None:
        """End it, once."""
        if not self.dropped and self.end_time is None:
            super().end(end_time)


def _route(work: Work, name: str, route: str) -> tuple[str, str]:
    """Span name and route as obs's metrics have them: with the prefix that the application is mounted at."""
    mounted = work.name.partition(" ")[2]
    return (f"{name.partition(' ')[0]} {mounted}", mounted) if mounted else (name, route)


def start(
    tracer: Tracer,
    work: Work,
    environ: Mapping[str, Any],
    parent: Context,
    caller: SpanContext,
    answer: SamplingResult | None = None,
) -> ServerSpan:
    """Start the span of ``work``, with the Work's ids, under ``caller``, the span in ``parent``, if there is one.

    ``answer``: the sampler's, if one was asked.
    """
    recorded_only = answer is not None and answer.decision is Decision.RECORD_ONLY
    flags = (caller.trace_flags if caller.is_valid else ~0) & RANDOM | (0 if recorded_only else TraceFlags.SAMPLED)
    span = ServerSpan(
        name=title(work, environ),
        context=SpanContext(*work.ids(), is_remote=False, trace_flags=TraceFlags(flags), trace_state=work.tracestate),
        parent=caller if caller.is_valid else None,
        sampler=tracer.sampler,
        resource=tracer.resource,
        attributes=answer.attributes if answer else None,
        kind=kind(work),
        span_processor=tracer.span_processor,
        limits=tracer._span_limits,  # noqa: SLF001  the SDK has no public way to a span of given ids
        instrumentation_scope=tracer._instrumentation_scope,  # noqa: SLF001
    )
    span.work = work
    span.path = environ.get("PATH_INFO", "")
    span.adopted = not described(environ)
    span.start(work.wall_ns(work.started), parent)
    return span


def described(environ: Mapping[str, Any]) -> bool:
    """Whether it is a server's environ, and not what came along with a Work that the service opened by hand."""
    return "REQUEST_METHOD" in environ


def title(work: Work, environ: Mapping[str, Any]) -> str:
    """What the span of ``work`` is called until a framework's instrumentation names it."""
    if not described(environ):
        return work.name
    method = http.method(environ)
    return method if method != "_OTHER" else "HTTP"


def clocks(work: Work) -> dict[str, float]:
    """Where its time went, in seconds; what took none is left out. A collection's pause is in cpu as well.

    The time in line before it was opened comes on top.
    """
    found = {
        "obs.cpu_seconds": work.cpu,
        "obs.held_seconds": work.held,
        "obs.delay_seconds": work.delay,
        "obs.wait_seconds": work.wait,
        "obs.gc_pause_seconds": work.gc_pause,
        "obs.queue_seconds": getattr(work, "queued", 0.0),
    }
    return {name: seconds for name, seconds in found.items() if seconds}


def kind(work: Work) -> SpanKind:
    return SpanKind.SERVER if work.kind == "request" else SpanKind.CONSUMER


def respond(span: ServerSpan, status: str, headers: list[tuple[str, str]], *, capture: bool) -> None:
    """Note the answer: ``status`` is the whole status line; ``capture``: whether headers of it are asked for."""
    wsgi.add_response_attributes(span, status, headers, sem_conv_opt_in_mode=http.mode())
    if capture:
        span.set_attributes(wsgi.collect_custom_response_headers_attributes(headers))


def fail(span: ServerSpan, error: BaseException) -> None:
    """Record an exception that escaped the handler, the first only: its type and where, never its message.

    Messages hold what must not leave by itself: a database's errors quote the statement and its parameters.
    """
    if span.failure:
        return
    span.failure = kind = type(error).__qualname__
    module = type(error).__module__
    details = {
        "exception.type": kind if module == "builtins" else f"{module}.{kind}",
        "exception.stacktrace": "".join(stack(error.__traceback__)),
        "exception.escaped": "True",
    }
    span.add_event("exception", details)


def stack(traceback: TracebackType | None, deepest: int = 50) -> list[str]:
    """The deepest frames as Python prints them, without the lines of source: those read files, and may hold SQL."""
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f'  File "{code.co_filename}", line {traceback.tb_lineno}, in {code.co_name}\n')
        traceback = traceback.tb_next
    return lines[-deepest:]


def finish(span: ServerSpan, work: Work, environ: Mapping[str, Any] | None) -> None:
    """End the span as its Work ended."""
    status = work.status
    if not span.adopted and environ is not None:
        span.set_attributes(http.collect(environ, span.path))
    found: dict[str, Any] = {}
    if span.status.status_code is StatusCode.UNSET and status.isdigit():
        found |= http.of_status(status)
    failure = span.failure or (work.error.__qualname__ if work.error is not None else "")
    if failure:
        found["error.type"] = failure
        span.set_status(Status(StatusCode.ERROR, failure))
    elif status.startswith("5"):
        span.set_status(Status(StatusCode.ERROR))
    describe(span, found | clocks(work))
    for event in blocked(work):
        span.add_event(event.name, event.attributes, event.timestamp)
    span.finish(work.wall_ns(work.ended))
