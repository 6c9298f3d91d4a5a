"""A request: the Work that HTTP opens, from the server's call to the close of the body."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Token
from sys import exception
from time import perf_counter
from typing import TYPE_CHECKING, Any

from obs import tracing
from obs.errors import fault
from obs.http import long_lived
from obs.labels import hide_frame
from obs.metrics import sli
from obs.runtime.accounting import changed, closed
from obs.runtime.interference import Parts, blame
from obs.work import Kind, Work, current

if TYPE_CHECKING:
    from obs.http.endpoints import Endpoint, Method

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Request(Work):
    """Counts itself when it is finished, exactly once, whoever finishes it.

    Its own :meth:`start_response` stands in for the server's, which spares a closure per request.
    """

    __slots__ = (
        *("method", "endpoint", "environ", "servers", "token", "headers", "script_name"),
        *("plain", "executing", "response", "disconnected", "long", "queued", "behind"),
    )

    method: Method
    endpoint: Endpoint
    """What the framework has matched; until then the method's ``(unmatched)``."""
    environ: Environ | None
    """None once it is finished: a greenlet that outlives the request shall not keep its objects alive."""
    servers: StartResponse
    """The server's ``start_response``."""
    token: Token[Work | None]
    headers: list[tuple[str, str]] | None
    script_name: str
    """Where the server has mounted the application."""
    plain: bool
    """Whether all that is to be done at its end is to count it: nothing failed, nothing is recorded."""
    executing: bool
    """Whether the application or its body's generator is running now, in this request's context."""
    response: Any
    """What Flask has answered with: its own response, or any WSGI application that a hook put in its place."""
    disconnected: bool
    """Whether the client left before the whole body was written."""
    queued: float
    """Seconds that it stood in line before it was opened, as far as anybody can tell."""
    behind: Parts | None
    """Who ran meanwhile."""
    long: long_lived.LongLived | None
    """Set for what is open for as long as both sides like: WebSockets, server-sent events, long polls."""

    __init__ = object.__init__  # Wsgi.__call__ sets the fields: a constructor's call costs 0.3 µs

    @property
    def kind(self) -> Kind:  # type: ignore[override]  # read-only here
        return "request"

    @property
    def name(self) -> str:  # type: ignore[override]  # read-only here: the endpoint's
        return self.endpoint.name

    @property
    def feature(self) -> str:  # type: ignore[override]
        return self.endpoint.feature

    @property
    def team(self) -> str:  # type: ignore[override]
        return self.endpoint.team

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.status = status[:3]
        self.headers = headers
        if self.span is not None:
            tracing.respond(self, status, headers)
        if exc_info is None:
            return self.servers(status, headers)
        return self.servers(status, headers, exc_info)

    def lives_long(self, protocol: str) -> None:
        """It has no latency: it is counted apart, in flight from now on."""
        self.plain = False
        if self.long is None:
            self.long = long_lived.LongLived(self.endpoint, protocol)
            sli.drop(self.endpoint.slis)

    def matched(self) -> None:
        """Its endpoint is known now, and with it the promises that it counts for."""
        if self.long is None:
            for cells, index, step in self.endpoint.moves:
                cells[index] += step

    def escaped(self, error: BaseException) -> None:
        """``error`` escapes the handler; the framework may make an answer of it."""
        self.error = type(error)
        self.plain = False
        if self.span is not None:
            tracing.failed(self, error)

    def failed(self, error: BaseException) -> None:
        """``error`` escapes the application; the server will answer with a 500, unless it has begun already."""
        self.escaped(error)
        self.status = self.status or "500"

    def step(self, produce: Callable[[], bytes]) -> bytes:
        """The next part of a streamed body, made as this request: under its label, with its context current."""
        token = context = None
        if current.get() is not self:
            token, context = current.set(self), tracing.attach(self)
            changed()
        try:
            return self.endpoint.label(produce)  # type: ignore[no-any-return]
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            if token is not None:
                tracing.detach(context)
                current.reset(token)
                changed()

    @property
    def may_have_body(self) -> bool:
        return self.method.name != "HEAD" and self.status not in ("204", "304")

    def finish(self) -> None:
        """Count it and let go of everything. Never raises; a second call does nothing. Hot."""
        if self.ended:
            return
        now = self.ended = perf_counter()
        try:  # noqa: SIM105  suppress() costs 0.4 µs
            current.reset(self.token)
        except ValueError:
            pass  # closed in another context than it was opened in, where it isn't current anyway
        try:
            method, endpoint = self.method, self.endpoint
            method.cells[method.active] -= 1.0
            closed(self, endpoint.entry)
            seconds = now - self.started
            series = endpoint.series.get(self.status)
            if self.plain and seconds <= method.quick and series is not None and exception() is None:
                cells = series.cells
                cells[series.index] += 1.0  # a bisection less: "quick" is within the first bucket
                cells[series.sum_index] += seconds
                if endpoint.slis:  # sli.end(), without its call
                    for cells, active, total, errors, limit in endpoint.slis:
                        cells[active] -= 1.0
                        cells[total] += 1.0
                        if seconds > limit:
                            cells[errors] += 1.0
            else:
                self._count(seconds)
        except Exception:
            fault("http: the end of a request")
        self.environ = self.headers = self.response = None

    def _count(self, seconds: float) -> None:
        """What :meth:`finish` does for any request. Its own path for quick ones is this, less what they don't need."""
        if self.long is None:
            series = self.endpoint.duration(self.status, self.error)
            series.observe(seconds)
            if self.sampled:
                series.exemplar(seconds, *self.ids())
        else:
            self.long.ended()
        # Closed early, or while the server handles an OSError: it can't write to the client.
        left = self.disconnected or (self.error is None and isinstance(exception(), OSError))
        if left:
            self.endpoint.disconnects().add(1.0)
        if self.endpoint.slis:
            self._judge(self.endpoint.slis, seconds, left=left)
        if self.behind is not None:
            blame(self.behind, self.name)
        tracing.end(self)

    def _judge(self, slis: sli.Slis, seconds: float, *, left: bool) -> None:
        """Count it for its promises: a client that left makes it neither good nor bad, a 4xx is good.

        What lives long ends when either side likes, or its process does; only what the service did can be bad.
        """
        failed = self.status >= "500" or self.error is not None
        if self.long is not None:
            sli.lasted(slis, failed=failed and (self.error is None or issubclass(self.error, Exception)))
        elif left:
            sli.drop(slis)
        else:
            sli.end(slis, seconds, failed=failed)
