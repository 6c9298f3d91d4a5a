"""The profilers that obs is compared with: how each is turned on inside the app, and how what it uploads is read.

Both run inside the process. ddtrace comes by its own command, with its tracer on, since its endpoints come from spans;
pyroscope-io by a call, with a tag around each request, as its documentation has it. Both sample at 100 Hz or as they
choose by default (ddtrace adapts its rate to its cost).
"""

from __future__ import annotations

import gzip
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from benchmarks.profiler import protobuf
from benchmarks.profiler.sink import Upload
from benchmarks.profiler.truth import Labelled

RATE = 100
UPLOAD = 4
"""Seconds between two uploads."""


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    title: str
    needs: tuple[str, ...]
    """Modules."""
    prefix: tuple[str, ...]
    """Before the start command."""
    read: Callable[[Upload], Iterator[Labelled]]

    def why_not(self) -> str | None:
        """One line if it can't be measured here."""
        if missing := [module for module in self.needs if find_spec(module) is None]:
            return f"{self.title}: not measured, {missing[0]} is not installed (pip install 'obs[benchmarks]')"
        return None

    def environ(self, port: int) -> Mapping[str, str]:
        """What the app is started with; uploads go to ``port`` of loopback."""
        return {
            "PROFILER_PEER": self.name,
            "PROFILER_SINK": f"http://127.0.0.1:{port}",
            "DD_TRACE_AGENT_URL": f"http://127.0.0.1:{port}",
            "DD_PROFILING_ENABLED": "true",
            "DD_PROFILING_UPLOAD_INTERVAL": str(UPLOAD),
            "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
            "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        }


def begin(name: str, app: Any) -> None:
    """In the app: turn pyroscope-io on; ddtrace is on already."""
    if name == "pyroscope":
        import pyroscope

        tag_requests(app, pyroscope.tag_wrapper)
        pyroscope.configure(
            application_name="app",
            server_address=os.environ["PROFILER_SINK"],
            sample_rate=RATE,
            upload_interval=UPLOAD,
        )


def tag_requests(app: Any, tagged: Callable[[dict[str, str]], Any]) -> None:
    from flask import request

    inner = app.full_dispatch_request

    def dispatch() -> Any:
        with tagged({"endpoint": f"{request.method} {request.url_rule}"}):
            return inner()

    app.full_dispatch_request = dispatch


def of_ddtrace(upload: Upload) -> Iterator[Labelled]:
    """Its CPU samples; the endpoint is that of the span that was active."""
    if not upload.path.startswith("/profiling"):
        return
    import zstandard

    boundary = re.search("boundary=(.+)", upload.kind)
    parts = upload.body.split(b"--" + boundary[1].encode()) if boundary else []
    for part in parts:
        head, _, content = part.partition(b"\r\n\r\n")
        if b"profile.pprof" in head:
            data = zstandard.ZstdDecompressor().decompressobj().decompress(content[:-2])
            yield from labelled(data, "cpu-time", "trace endpoint")


def of_pyroscope(upload: Upload) -> Iterator[Labelled]:
    """A PushRequest holds series, those hold samples, and those a compressed profile: push/v1/push.proto."""
    if "PusherService" not in upload.path:
        return
    for series in protobuf.messages(protobuf.fields(upload.body)[1]):
        for sample in protobuf.messages(series[2]):
            for raw in sample[1]:
                if isinstance(raw, bytes):
                    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
                    yield from labelled(data, "cpu", "endpoint")


def labelled(profile: bytes, value: str, label: str) -> Iterator[Labelled]:
    for sample in protobuf.samples(profile):
        endpoints = frozenset(text for name, text in sample.labels if name == label)
        yield Labelled(sample.functions, endpoints, float(sample.values.get(value, 0)))


PEERS = (
    Peer(
        "ddtrace",
        "ddtrace's profiler",
        ("ddtrace", "zstandard"),
        (sys.executable, "-m", "ddtrace.commands.ddtrace_run"),
        of_ddtrace,
    ),
    Peer("pyroscope", "pyroscope-io", ("pyroscope",), (), of_pyroscope),
)
