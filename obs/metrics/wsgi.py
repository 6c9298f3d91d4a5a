"""The WSGI side of an exposition. Imports no prometheus_client, for that imports ssl: too early in a service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Headers = list[tuple[str, str]]

Bake = Callable[[dict[str, Any]], tuple[Headers, bytes]]
"""Makes headers and body for a WSGI environ."""

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def wsgi(bake: Bake) -> WSGIApp:
    """An app that answers GET at any path, as prometheus_client's does."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return [b""]
        headers, body = bake(environ)
        start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return [b"" if method == "HEAD" else body]

    return app
