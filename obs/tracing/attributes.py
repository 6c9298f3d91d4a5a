"""The HTTP attributes of a span: OpenTelemetry's, but for those that carry what a caller sent."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from typing import Any

from opentelemetry.instrumentation import _semconv, wsgi
from opentelemetry.util.http import sanitize_method

ROUTE = "http.route"

WITHHELD = frozenset(
    {
        *("url.query", "url.full", "http.url"),
        *("user_agent.original", "http.user_agent", "server.address", "http.host", "net.host.name"),
    }
)
"""No query string and no header's value leaves the process by itself (DESIGN, part 8): the second row is headers'
values. Who wants one names it in OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST."""

_Stability: Any = _semconv._OpenTelemetrySemanticConventionStability  # noqa: SLF001
_HTTP = _semconv._OpenTelemetryStabilitySignalType.HTTP  # noqa: SLF001


def stabilise() -> None:
    """The stable HTTP conventions, unless the service has chosen: with OTEL_SEMCONV_STABILITY_OPT_IN, or by having
    started an instrumentation of its own before."""
    name = _semconv.OTEL_SEMCONV_STABILITY_OPT_IN
    chosen = name in os.environ
    if not chosen:
        os.environ[name] = "http"
    try:
        _Stability._initialize()  # noqa: SLF001  reads the variable once for the whole process
    finally:
        if not chosen:
            del os.environ[name]


def mode() -> Any:
    """The conventions in use, as OpenTelemetry's instrumentations take them."""
    return _Stability._get_opentelemetry_stability_opt_in_mode(_HTTP)  # noqa: SLF001


def method(environ: Mapping[str, Any]) -> str:
    """The request's method; ``_OTHER`` for one that HTTP doesn't know."""
    return str(sanitize_method(environ.get("REQUEST_METHOD", "").strip()))


def collect(environ: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The attributes of a request that no framework's instrumentation has described; ``path`` as the server gave it."""
    found: dict[str, Any] = wsgi.collect_request_attributes(dict(environ, PATH_INFO=path), mode())
    strip(found)
    captured: dict[str, Any] = wsgi.collect_custom_request_headers_attributes(dict(environ))
    return found | captured


def strip(attributes: MutableMapping[str, Any]) -> None:
    """Take out, in place, what must not leave."""
    for name in WITHHELD & attributes.keys():
        del attributes[name]
    target = attributes.get("http.target")
    if target is not None:
        attributes["http.target"] = str(target).partition("?")[0]


def of_status(status: str) -> dict[str, Any]:
    """The attributes of an answer's three digits; a 5xx is an error's type."""
    found: dict[str, Any] = {"http.response.status_code": int(status)}
    return found | {"error.type": status} if status.startswith("5") else found
