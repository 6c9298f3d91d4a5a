"""Flask: which endpoint a request is for, and its name on the stack while Flask handles it.

Views are never replaced (services read their attributes): the label goes around ``full_dispatch_request``, so that
before- and after-request functions are inside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MethodType, ModuleType
from typing import Any

from obs import tracing
from obs.errors import fault
from obs.http.endpoints import Endpoint
from obs.http.long_lived import LONG_POLL
from obs.http.request import Environ, Request, StartResponse
from obs.http.wsgi import Serving, Wsgi
from obs.labels import hide_frame
from obs.patches import Patch
from obs.work import Work, current


def patches(flask: ModuleType, serving: Serving) -> list[Patch]:
    """What makes every Flask application of this process measured."""
    current_request = flask.request._get_current_object  # noqa: SLF001  werkzeug documents it: what is behind a proxy
    return [
        Patch(flask.Flask, "__call__", partial(_call, serving)),
        Patch(flask.Flask, "full_dispatch_request", partial(_dispatch, current_request)),
    ]


def _call(serving: Serving, original: Any) -> Any:
    def __call__(self: Any, environ: Environ, start_response: StartResponse) -> Any:  # noqa: N807
        request = _request(current.get())
        try:
            if request is not None and request.executing:
                return original(self, environ, start_response)  # the server's wrapper has opened it
            return Wsgi(MethodType(original, self), serving)(environ, start_response)
        except BaseException as error:
            hide_frame(error)
            raise

    serving.entries[__call__] = original
    return __call__


def _dispatch(current_request: Callable[[], Any], original: Any) -> Any:  # noqa: C901  hot: each part a call less
    def full_dispatch_request(self: Any, *args: Any) -> Any:
        work = current.get()
        request: Request | None = work if type(work) is Request else _request(work)  # type: ignore[assignment]  # it is
        if request is None or not request.executing:
            return original(self, *args)
        try:
            method, environ = request.method, request.environ or {}
            flasks = environ.get("werkzeug.request")
            rule = None if flasks is None else flasks.url_rule
            endpoint = None if rule is None else method.plain.get(rule.rule)
            if (
                endpoint is not None
                and request.endpoint is method.unmatched
                and environ.get("SCRIPT_NAME", "") == request.script_name
            ):
                request.endpoint = endpoint
                if endpoint.moves:
                    request.matched()
            else:
                endpoint = _route(request, current_request())
            if request.span is not None:
                tracing.enter_flask(request, self)
        except Exception:
            fault("http: the route of a request")
            endpoint = request.endpoint
        try:
            response = endpoint.label(original, self, *args) if args else endpoint.method_label(original, self)
        except BaseException as error:
            hide_frame(error)
            request.escaped(error)
            raise
        finally:
            if request.span is not None:
                tracing.leave_flask(request)
        request.response = response
        return response

    return full_dispatch_request


def _route(request: Request, flasks: Any) -> Endpoint:
    """The endpoint that Flask's own request has matched. The first to match is the Work's, whatever it calls inside."""
    method, rule = request.method, flasks.url_rule
    if rule is None:
        return method.unmatched
    route, mounted = rule.rule, flasks.environ.get("SCRIPT_NAME", "")
    if mounted != request.script_name:
        # Middleware between the server and Flask has mounted the application there: ``/api`` of ``/api/users``.
        route = mounted.removeprefix(request.script_name) + route
    endpoint = method.routes.get(route) or method.route(route)
    if request.endpoint is method.unmatched:
        request.endpoint = endpoint
        if endpoint.moves:
            request.matched()
        if endpoint.long:
            request.lives_long(LONG_POLL)
    return endpoint


def _request(work: Work | None) -> Request | None:
    """The request that ``work`` is, or was opened in."""
    while work is not None and not isinstance(work, Request):
        work = work.parent
    return work
