"""The WSGI wrapper, where the server calls: every answer is measured, whoever gives it.

This is the hot path of every request. What it costs is measured by ``python -m benchmarks overhead``.
"""

from __future__ import annotations

from time import perf_counter
from types import MethodType
from typing import Any

from obs import tracing
from obs.errors import fault
from obs.http.arrival import stood_in_line
from obs.http.body import watch
from obs.http.endpoints import Endpoints
from obs.http.long_lived import WEBSOCKET
from obs.http.queue import queued_seconds
from obs.http.request import Environ, Request, StartResponse
from obs.labels import hide_frame
from obs.metrics import sli
from obs.runtime.accounting import opened
from obs.work import Work, current


class Serving:
    """What the requests of a process are counted in, and whether they are. One per process."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self.on = True
        self.entries: dict[Any, Any] = {}
        """Frameworks' patched ``__call__`` functions, each with the original under it."""

    def stop(self) -> None:
        """Servers keep their wrapped application: from now on it passes everything on."""
        self.on = False


class Wsgi:
    """An application as the server shall call it. Whatever else is asked of it, the application answers."""

    def __init__(self, app: Any, serving: Serving) -> None:
        self._obs_app = app
        self._obs = (serving, _entry(app, serving))
        """One field: reading it goes through ``__getattr__``'s machinery, 70 ns each."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:  # noqa: C901  see below
        """The application's answer, measured.

        Long on purpose: a call of a Python function costs a third of a microsecond here, between the service's own.
        """
        serving, app = self._obs
        request = None
        try:
            if serving.on:
                endpoints = serving.endpoints
                method = endpoints.methods.get(environ["REQUEST_METHOD"], endpoints.other)
                request = Request()
                request.started = perf_counter()
                request.method = method
                request.endpoint = method.unmatched
                request.environ = environ
                request.servers = start_response
                request.script_name = environ.get("SCRIPT_NAME", "")
                request.executing = True
                request.sampled = request.disconnected = False
                request.status = ""
                request.ended = 0.0
                request.trace_id = request.span_id = request.parent_span_id = request.draw = 0
                request.cpu = request.held = request.delay = request.wait = request.queued = 0.0
                request.parent = request.error = request.traceparent = request.tracestate = request.headers = None
                request.span = request.context = request.attached = request.span_context = None
                request.response = request.long = request.account = request.behind = None
                if (around := current.get()) is not None:
                    request.parent = _nesting(around)
                request.token = current.set(request)
                stands_for = opened(request)
                method.cells[method.active] += 1.0
                if method.promised:
                    sli.begin(method.promised)
                tracing.begin(request, environ)
                request.plain = request.attached is None
                if stands_for < 0.0 or (stands_for == 0.0 and request.sampled):
                    stands_for = -stands_for
                    stood_in_line(request, environ, stands_for)
                if "HTTP_X_REQUEST_START" in environ or "HTTP_X_QUEUE_START" in environ or "HTTP_UPGRADE" in environ:
                    stands_for = _look_closer(request, environ, stands_for)
                queue = endpoints.queue
                if request.queued:
                    queue.observe(request.queued, stands_for)
                else:
                    queue.cells[queue.index] += stands_for
        except Exception:
            fault("http: the opening of a request")
            request = request if hasattr(request, "token") else None  # else it never became current
        if request is None:
            return app(environ, start_response)
        try:
            result = app(environ, request.start_response)
        except BaseException as error:
            hide_frame(error)
            request.failed(error)
            request.finish()
            raise
        request.executing = False
        response, request.response = request.response, None
        try:
            if (
                response is not None
                and type(result).__name__ == "ClosingIterator"
                and type(response.response) is list  # its bytes are there: sending them runs none of the service's code
            ):
                # Werkzeug's iterator closes Flask's response, which tells us: nothing needs to be wrapped.
                response.call_on_close(request.finish)
                return result
            return watch(request, result, environ)
        except Exception:
            fault("http: the body")
            request.finish()
            return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._obs_app, name)


def _nesting(around: Work) -> Work | None:
    """The Work that this request is made inside of: a test client's in a job. Not one that was never closed."""
    return around if not around.ended and getattr(around, "executing", True) else None


def _look_closer(request: Request, environ: Environ, stands_for: float) -> float:
    """What few requests have: an upgrade, a proxy's time stamp. Returns how many its queue time stands for now."""
    if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
        request.lives_long(WEBSOCKET)
    seen = queued_seconds(environ.get("HTTP_X_REQUEST_START") or environ.get("HTTP_X_QUEUE_START", ""))
    if seen is not None:
        request.queued = max(seen, request.queued)  # the proxy saw it first
        return 1.0
    return stands_for


def _entry(app: Any, serving: Serving) -> Any:
    """What to call for ``app``: under a framework's patched ``__call__``, which has no more to do, the original."""
    original = serving.entries.get(type(app).__call__)
    return app if original is None else MethodType(original, app)


def wrap(app: Any, serving: Serving) -> Any:
    """``app`` wrapped once; wrapped already, or no callable at all, it is returned as it is."""
    if isinstance(app, Wsgi) or not callable(app):
        return app
    tracing.load()  # what the service imports to serve with, it has imported by now
    return Wsgi(app, serving)
