"""One request, as the parts of the live view read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from obs.host.live.refused import Refused

MOST_BODY = 10_000
"""Bytes of a POST: a name, a few words and numbers."""


@dataclass(frozen=True, slots=True)
class Request:
    """A value: nothing of it is trusted."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    """The first of each name."""
    host: str = ""
    client: tuple[str, int] = ("", 0)
    """Address and port of the other side."""
    server: tuple[str, int] = ("", 0)
    """Ours, as the other side reached it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By WSGI's name without ``HTTP_``: ``AUTHORIZATION``."""
    body: bytes = b""
    connection: Any = None
    """The socket, for who has to see that the other side is gone."""

    @classmethod
    def of(cls, environ: WSGIEnvironment) -> Request:
        """Of a WSGI environ. Raises Refused for a body that is too long."""
        connection = environ.get("obs.connection")
        return cls(
            environ["REQUEST_METHOD"],
            environ.get("PATH_INFO", ""),
            {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=20).items()},
            environ.get("HTTP_HOST", ""),
            connection.getpeername()[:2] if connection else (environ.get("REMOTE_ADDR", ""), 0),
            connection.getsockname()[:2] if connection else ("", 0),
            {name[5:]: str(value) for name, value in environ.items() if name.startswith("HTTP_")}
            | {"CONTENT_TYPE": environ.get("CONTENT_TYPE", "")},
            read(environ),
            connection,
        )

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number of the query. Raises Refused."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdecimal() and len(text) < 12 and least <= int(text) <= most):
            raise Refused(400, f"{name} is not a whole number from {least} to {most}", f"leave it out for {default}")
        return int(text)

    def posted(self) -> dict[str, Any]:
        """The JSON object of the body. Raises Refused."""
        if media_type(self) != "application/json":
            raise Refused(415, "the body is not JSON", "send Content-Type: application/json")
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Refused(400, "the body is not a JSON object", "see docs/live-api.md")
        return found


def accepted(request: Request) -> str:
    """The codings that the client understands."""
    return request.headers.get("ACCEPT_ENCODING", "")


def media_type(request: Request) -> str:
    return request.headers.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()


def read(environ: WSGIEnvironment) -> bytes:
    """The body of a POST."""
    if environ["REQUEST_METHOD"] != "POST":
        return b""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BODY:
        raise Refused(413, f"the body is over {MOST_BODY} bytes", "see docs/live-api.md")
    body: bytes = environ["wsgi.input"].read(int(length))
    return body
