"""Does the collector take spans?"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

from obs.config import Config
from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation

GRPC_PORT = 4317  # https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-default-port
PATIENCE = 2.0

FIXES = {
    401: "set OTEL_EXPORTER_OTLP_HEADERS to what the collector asks for",
    403: "set OTEL_EXPORTER_OTLP_HEADERS to what the collector asks for",
    404: "mend the path: OTEL_EXPORTER_OTLP_ENDPOINT has /v1/traces added, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT has not",
}


def collector(situation: Situation) -> Iterator[Finding]:
    """Post an export without spans, which OTLP allows, to the endpoint that is set."""
    config = situation.config
    if config is None or config.otlp_endpoint is None or not config.traces_enabled:
        return
    try:
        status = post_nothing(config)
    except (OSError, http.client.HTTPException) as error:
        yield unreachable(config.otlp_endpoint, error)
        return
    if status >= 400:
        fix = FIXES.get(status, "see the collector's log")
        yield Finding("warning", "the collector refuses spans", f"{config.otlp_endpoint} answered {status}", fix)


def post_nothing(config: Config) -> int:
    """The status of an empty ExportTraceServiceRequest: zero bytes of protobuf. Raises OSError, HTTPException."""
    url = urlsplit(config.otlp_endpoint or "")
    secure = url.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(url.hostname or "", url.port, timeout=min(PATIENCE, config.otlp_timeout or PATIENCE))
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        headers = {"content-type": "application/x-protobuf", **dict(config.otlp_headers)}
        connection.request("POST", path, body=b"", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def unreachable(endpoint: str, error: Exception) -> Finding:
    return Finding(
        "warning",
        "the collector can't be reached: spans wait, then are dropped and counted; the service is not slowed",
        f"{endpoint}: {error or type(error).__name__}",
        "obs speaks OTLP over HTTP, usually port 4318; 4317 is gRPC's"
        if urlsplit(endpoint).port == GRPC_PORT
        else "start the collector, mend OTEL_EXPORTER_OTLP_ENDPOINT, or unset it to keep spans on the machine",
    )
