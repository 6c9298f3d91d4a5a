"""Calls the service in process as a WSGI server does: PEP 3333 kept, no socket, no HTTP parsing."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.stacks.stack import Application


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    headers: tuple[tuple[str, str], ...]
    body: str


REQUESTS = (
    Request("GET", "/users/42"),
    Request("POST", "/messages", b'{"channel": 7, "text": "hello"}'),
    Request("GET", "/about"),
)
"""One for each route of the service; benchmarks/wrk.lua sends the same."""


def environ(request: Request) -> dict[str, Any]:
    """What a server makes of ``request``; ``wsgi.input`` is left for each call to set."""
    body = {"CONTENT_LENGTH": str(len(request.body)), "CONTENT_TYPE": "application/json"} if request.body else {}
    return body | {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": "",
        "RAW_URI": request.path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "benchmarks",
        "HTTP_ACCEPT": "*/*",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def call(app: Application, request: Request) -> Answer:
    """One request and what the app answered."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
        started.append((status, headers))

    body = _read(app(environ(request) | {"wsgi.input": io.BytesIO(request.body)}, start_response))
    status, headers = started[-1]
    return Answer(status, tuple(headers), body.decode())


def drive(app: Application, count: int) -> None:
    """``count`` requests, the routes in turn, with as little around each as a server's contract allows."""
    prepared = [(environ(request), request.body) for request in REQUESTS]
    for template, body in itertools.islice(itertools.cycle(prepared), count):
        each = template.copy()
        each["wsgi.input"] = io.BytesIO(body)
        _read(app(each, _start_response))


def _read(iterable: Iterable[bytes]) -> bytes:
    try:
        return b"".join(iterable)
    finally:
        close = getattr(iterable, "close", None)
        if close is not None:
            close()


def _start_response(_status: str, _headers: list[tuple[str, str]], _exc_info: Any = None) -> Any:
    return None
