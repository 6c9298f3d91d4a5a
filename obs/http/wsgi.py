"""The WSGI wrapper, where the server calls: every answer is measured, whoever gives it.

This is the hot path of every request. What it costs is measured by ``python -m benchmarks overhead``.
"""

from __future__ import annotations

from typing import Any

from obs import tracing
from obs.errors import fault
from obs.http.body import watch
from obs.http.endpoints import Endpoints
from obs.http.long_lived import WEBSOCKET
from obs.http.queue import HEADERS, queued_seconds
from obs.http.request import Environ, Request, StartResponse
from obs.labels import hide_frame
from obs.work import current


class Serving:
    """Opens a :class:`Request` around each call of an application. One per process; off, it only passes on."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self.on = True

    def stop(self) -> None:
        """Servers keep their wrapped application: from now on it passes everything on."""
        self.on = False

    def serve(self, app: Any, environ: Environ, start_response: StartResponse) -> Any:
        """``app(environ, start_response)``, measured."""
        request = self._open(environ, start_response) if self.on else None
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
        try:
            return watch(request, result, environ)
        except Exception:
            fault("http: the body")
            return result

    def _open(self, environ: Environ, start_response: StartResponse) -> Request | None:
        try:
            endpoints = self.endpoints
            method = endpoints.methods.get(environ["REQUEST_METHOD"], endpoints.other)
            request = Request(method, environ, start_response)
            request.token = current.set(request)
            method.active.cells[method.active.index] += 1.0
            tracing.begin(request, environ)
            for header in HEADERS:
                if header in environ:
                    self._queued(environ[header])
                    break
            if "HTTP_UPGRADE" in environ and environ["HTTP_UPGRADE"].lower() == "websocket":
                request.lives_long(WEBSOCKET)
        except Exception:
            fault("http: the opening of a request")
            return None
        return request

    def _queued(self, header: str) -> None:
        waited = queued_seconds(header)
        if waited is not None:
            self.endpoints.queue.observe(waited)


class Wsgi:
    """An application as the server shall call it. Whatever else is asked of it, the application answers."""

    def __init__(self, app: Any, serving: Serving) -> None:
        self._obs_app = app
        self._obs_serving = serving

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:
        try:
            return self._obs_serving.serve(self._obs_app, environ, start_response)
        except BaseException as error:
            hide_frame(error)
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._obs_app, name)


def wrap(app: Any, serving: Serving) -> Any:
    """``app`` wrapped once; wrapped already, or no callable at all, it is returned as it is."""
    if isinstance(app, Wsgi) or not callable(app):
        return app
    tracing.load()  # what the service imports to serve with, it has imported by now
    return Wsgi(app, serving)
