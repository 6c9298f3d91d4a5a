"""A request: the Work that HTTP opens, from the server's call to the close of the body."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from contextvars import Token
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from obs import tracing
from obs.errors import fault
from obs.http import long_lived
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION
from obs.work import Work, current

if TYPE_CHECKING:
    from obs.http.endpoints import Endpoint, Method

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
BOUNDS = HTTP_SERVER_REQUEST_DURATION.buckets


class Request(Work):
    """Counts itself when it is finished, exactly once, whoever finishes it.

    Its own :meth:`start_response` stands in for the server's, which spares a closure per request.
    """

    status: str = ""
    """The three digits of the status line, once there is one."""
    headers: list[tuple[str, str]] | None = None
    endpoint: Endpoint | None = None
    """Set by the framework that routed it."""
    streamed: bool = True
    """Whether sending the body may run the service's code: so unless the framework knows better."""
    executing: bool = True
    """Whether the application or its body's generator is running now, in this request's context."""
    disconnected: bool = False
    """Whether the client left before the whole body was written."""
    long: long_lived.LongLived | None = None
    """Set for what is open for as long as both sides like: WebSockets, server-sent events, long polls."""
    environ: Environ | None
    """None once it is finished: a greenlet that outlives the request shall not keep its objects alive."""
    token: Token[Work | None]

    def __init__(self, method: Method, environ: Environ, start_response: StartResponse) -> None:
        self.kind = "request"
        self.name = method.name
        self.method = method
        self.environ = environ
        self.script_name = environ.get("SCRIPT_NAME", "")
        self._start_response = start_response
        self.started_ns = perf_counter_ns()

    def start_response(self, status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        self.status = status[:3]
        self.headers = headers
        if self.span is not None:
            tracing.respond(self, status, headers)
        return self._start_response(status, headers, *exc_info)

    def routed(self, endpoint: Endpoint) -> None:
        """A framework says which endpoint serves it. The first to match a route is right, whatever it calls inside."""
        if self.endpoint is None or self.endpoint is self.method.unmatched:
            self.endpoint = endpoint
            self.name = endpoint.name
            self.feature = endpoint.feature
            self.team = endpoint.team
            if endpoint.long:
                self.lives_long(long_lived.LONG_POLL)

    def lives_long(self, protocol: str) -> None:
        """It has no latency: it is counted apart, in flight from now on."""
        if self.long is None:
            self.long = long_lived.LongLived(self.endpoint or self.method.unmatched, protocol)

    def escaped(self, error: BaseException) -> None:
        """``error`` escapes the handler; the framework may make an answer of it."""
        self.error = type(error)
        if self.span is not None:
            tracing.failed(self, error)

    def failed(self, error: BaseException) -> None:
        """``error`` escapes the application; the server will answer with a 500, unless it has begun already."""
        self.escaped(error)
        self.status = self.status or "500"

    def step(self, produce: Callable[[], bytes]) -> bytes:
        """The next part of a streamed body, made as this request: under its label, with its context current."""
        label = (self.endpoint or self.method.unmatched).label
        if current.get() is self:
            return label(produce)  # type: ignore[no-any-return]
        token, context = current.set(self), tracing.attach(self)
        try:
            return label(produce)  # type: ignore[no-any-return]
        finally:
            tracing.detach(context)
            current.reset(token)

    @property
    def may_have_body(self) -> bool:
        return self.method.name != "HEAD" and self.status not in ("204", "304")

    def finish(self) -> None:
        """Count it and let go of everything. Never raises; a second call does nothing."""
        if self.ended_ns:
            return
        now = self.ended_ns = perf_counter_ns()
        method = self.method
        endpoint = self.endpoint or method.unmatched
        try:
            method.active.cells[method.active.index] -= 1.0
            if self.long is None:
                known = endpoint.series.get(self.status) if self.error is None else None
                series = known or endpoint.duration(self.status, self.error)
                seconds = (now - self.started_ns) / 1e9
                cells = series.cells
                cells[series.index + bisect_left(BOUNDS, seconds)] += 1.0
                cells[series.sum_index] += seconds
                if self.sampled:
                    series.exemplar(seconds, *self.ids())
            else:
                self.long.ended()
            if self.disconnected:
                endpoint.disconnects().add(1.0)
            tracing.end(self)
        except Exception:
            fault("http: the end of a request")
        self.environ = self.headers = None
        _leave(self.token)


def _leave(token: Token[Work | None]) -> None:
    try:
        current.reset(token)
    except ValueError:
        return  # closed in another context than it was opened in, where it isn't current anyway
