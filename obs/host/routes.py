"""What the host answers to which path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from obs.errors import fault

Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status, headers, body."""

PLAIN = ("Content-Type", "text/plain; charset=utf-8")


class Site(Protocol):
    """An app for many paths, that answers for itself."""

    def serves(self, path: str) -> bool: ...

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse, /) -> Iterable[bytes]: ...


class Routes:
    """A WSGI app that hands each path in ``apps`` to its app. GET and HEAD only; a fault is a plain 500.

    What ``site`` serves goes there as it is.
    """

    def __init__(self, apps: Mapping[str, WSGIApplication], site: Site | None = None) -> None:
        self.apps, self.site = dict(apps), site

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.site is not None and self.site.serves(environ.get("PATH_INFO", "")):
            return self.site(environ, start_response)
        status, headers, body = self.answer(environ)
        headers = [header for header in headers if header[0].lower() != "content-length"]
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """The whole answer, so that its length is known and a fault leaves no half of one."""
        app = self.apps.get(environ.get("PATH_INFO", ""))
        if app is None:
            return "404 Not Found", [PLAIN], f"here are {' and '.join(self.apps)}\n".encode()
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return "405 Method Not Allowed", [PLAIN, ("Allow", "GET, HEAD")], b"GET or HEAD\n"
        try:
            return collect(app, {**environ, "REQUEST_METHOD": "GET"})
        except Exception:
            fault(f"http {environ['PATH_INFO']}")
            return "500 Internal Server Error", [PLAIN], b"obs failed to answer; its log says why\n"


def collect(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """The answer of ``app`` as a value."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started[:] = status, headers
        return written.append

    body = app(environ, start_response)
    try:
        written.extend(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return started[0], started[1], b"".join(written)


def json_app(value: Callable[[], Mapping[str, Any]]) -> WSGIApplication:
    """A WSGI app that answers what ``value()`` returns, as JSON."""

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
        return [json.dumps(value(), indent=2).encode() + b"\n"]

    return app
