"""Flask: which endpoint a request is for, and its name on the stack while Flask handles it.

Views are never replaced (services read their attributes): the label goes around ``full_dispatch_request``, so that
before- and after-request functions are inside.
"""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

from obs import tracing
from obs.errors import fault
from obs.http.request import Environ, Request, StartResponse
from obs.http.wsgi import Serving
from obs.labels import hide_frame
from obs.patches import Patch
from obs.work import Work, current


def patches(flask: ModuleType, serving: Serving) -> list[Patch]:
    """What makes every Flask application of this process measured."""
    return [
        Patch(flask.Flask, "__call__", partial(_call, serving)),
        Patch(flask.Flask, "full_dispatch_request", partial(_dispatch, serving, flask.request)),
    ]


def _call(serving: Serving, original: Any) -> Any:
    def __call__(self: Any, environ: Environ, start_response: StartResponse) -> Any:  # noqa: N807
        request = _request(current.get())
        try:
            if request is not None and request.executing:
                return original(self, environ, start_response)  # the server's wrapper has opened it
            return serving.serve(partial(original, self), environ, start_response)
        except BaseException as error:
            hide_frame(error)
            raise

    return __call__


def _dispatch(serving: Serving, flask_request: Any, original: Any) -> Any:
    current_request = flask_request._get_current_object  # noqa: SLF001  werkzeug documents it: the object behind the proxy
    endpoints = serving.endpoints

    def full_dispatch_request(self: Any, *args: Any) -> Any:
        request = _request(current.get())
        if request is None or not serving.on:
            return original(self, *args)
        endpoint = request.method.unmatched
        try:
            rule = current_request().url_rule
            if rule is not None:
                route = rule.rule
                if request.script_name != request.environ.get("SCRIPT_NAME", ""):  # type: ignore[union-attr]
                    route = _mounted(request) + route
                endpoint = endpoints.endpoint(request.method.name, route)
            request.routed(endpoint)
        except Exception:
            fault("http: the route of a request")
        if request.span is not None:
            tracing.enter_flask(request, self)
        try:
            response = endpoint.label(original, self, *args)
        except BaseException as error:
            hide_frame(error)
            request.escaped(error)
            raise
        finally:
            if request.span is not None:
                tracing.leave_flask(request)
        request.streamed = type(response.response) is not list
        return response

    return full_dispatch_request


def _mounted(request: Request) -> str:
    """Where middleware between the server and Flask has mounted the application: ``/api`` of ``/api/users``."""
    environ = request.environ or {}
    return str(environ.get("SCRIPT_NAME", "")).removeprefix(request.script_name)


def _request(work: Work | None) -> Request | None:
    """The request that ``work`` is or was opened in."""
    while work is not None and type(work) is not Request:
        work = work.parent
    return work
