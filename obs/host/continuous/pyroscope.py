"""A window as Pyroscope takes it: one POST of pprof to ``/ingest``.

The protocol: https://grafana.com/docs/pyroscope/latest/reference-server-api/. The series' labels stand in the name,
``shop{env=production,…}``, and what may be in them is in grafana/pyroscope, api/model/labelset. A sample type whose
name has ``cpu`` in it becomes the profile type ``process_cpu``. Labels of samples become labels of series there: a
sample bears its work and its view, and nothing that has a value for each thread, process or trace.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from obs.config.profile import Pyroscope
from obs.profiling.builder import Builder
from obs.profiling.options import Options
from obs.profiling.render import pprof
from obs.profiling.session import Session

SPY = "obs"


def request(session: Session, server: Pyroscope, rate: int) -> Request:
    """The request that hands ``session`` over; ``rate``: looks a second."""
    query = {
        "name": name(session),
        "from": int(session.started),
        "until": int(session.started + session.duration + 1),
        "format": "pprof",
        "sampleRate": rate,
        "spyName": SPY,
    }
    body = pprof.render(bare(session), Options(view="cpu"))
    return Request(f"{ingest(server.endpoint)}?{urlencode(query)}", body, dict(headers(server)), method="POST")  # noqa: S310  checked to be http or https


def ingest(endpoint: str) -> str:
    """The address that profiles are posted to; an endpoint that names it already is left as it is."""
    parts = urlsplit(endpoint)
    path = parts.path.rstrip("/")
    return parts._replace(path=path if path.endswith("/ingest") else f"{path}/ingest", query="", fragment="").geturl()


def headers(server: Pyroscope) -> Iterator[tuple[str, str]]:
    """The given ones are the last word."""
    yield "Content-Type", "application/octet-stream"
    yield "User-Agent", "obs"
    if server.user or server.password:
        yield "Authorization", f"Basic {b64encode(f'{server.user}:{server.password}'.encode()).decode()}"
    if server.tenant:
        yield "X-Scope-OrgID", server.tenant
    yield from ((name.title(), value) for name, value in server.headers)


def name(session: Session) -> str:
    """``shop{env=production,host=web-1,version=1.2.3}``: the service, and what its series bear."""
    labels = {"service_name": session.service, "env": session.env, "host": session.host}
    labels["version"] = session.service_version
    written = ",".join(f"{label}={value(text)}" for label, text in labels.items() if text)
    return f"{service(session.service)}{{{written}}}"


def service(text: str) -> str:
    """The name before the labels: what isn't allowed there is ``_``."""
    return re.sub(r"[^A-Za-z0-9_./-]", "_", text) or "unknown_service"


def value(text: str) -> str:
    """A label's value: the characters that end one are ``_``."""
    return re.sub(r"[,{}=\s]", "_", text)


def bare(session: Session) -> Session:
    """``session`` with samples that bear only their work."""
    builder = Builder()
    for sample in session.samples:
        builder.add(session.frames_of(sample), sample._replace(greenlet="", thread="", trace="", pid=0))
    return replace(session, frames=builder.frames, samples=builder.samples)
