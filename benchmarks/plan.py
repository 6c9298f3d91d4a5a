"""What `obs plan` says of a service, against a run of it: series, bytes of a scrape, spans, CPU of the host process."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.request import urlopen

from benchmarks.harness import BenchmarkError, Budget, Column, Result, Row, Table
from obs.cli.demo.example import free_port
from obs.cli.demo.stage import Stage
from obs.generate.plan import Fleet, Service
from obs.generate.plan.load import load

ABOUT = """\
Services under `obs run` with gunicorn: the demo with its jobs, and applications of more and more routes, each of them \
called. The plan is given what the service is (routes, jobs, statuses, processes), not what it exposes. *Host CPU* is \
obs_self_cpu_seconds_total over the last seconds, with no scrape in between, so it is compared with a plan without \
scrapes. Spans are counted, and their bytes, by a collector that takes OTLP over HTTP."""

WITHIN = 20.0
"""Per cent that a plan may be off: the issue's own limit."""

DEADLINE = 90.0

COLUMNS = (
    Column("title", "service"),
    Column("series", "series", 0),
    Column("planned_series", "planned", 0),
    Column("bytes", "scrape, kB", 0),
    Column("planned_bytes", "planned", 0),
    Column("gzip", "gzip, %", 1),
    Column("host", "host CPU, ms/s", 1),
    Column("planned_host", "planned", 1),
    Column("span_bytes", "bytes a span", 0),
)


@dataclass(frozen=True, slots=True)
class Size:
    """One service to run: what it is, as somebody would describe it to the plan."""

    title: str
    service: Service
    demo: bool = False


DEMO = Service("chat-api", processes=3, routes=9, answers=1.35, jobs=4, outcomes=1.25, slos=2, name_length=22)
APP = Service("obs-plan", processes=2, answers=1.1, blockers=0.0, culprits=3.0, name_length=31, label_length=11)
SIZES = (
    Size("demo", DEMO, demo=True),
    Size("50 routes", replace(APP, routes=50)),
    Size("400 routes", replace(APP, routes=400)),
    Size("1,700 routes, 4 processes", replace(APP, routes=1_700, processes=4)),
)
"""The demo's statuses are counted in examples/chat: what answers 400, 404, 500 beside 200. Calls one after the other by
two connections stand behind few others."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=10.0, help="of quiet that the host's CPU is taken over (10)")


def run(options: Namespace) -> Result:
    sizes = SIZES[:2] if options.quick else SIZES
    rows = [measured(size, options.seconds) for size in sizes]
    table = Table("Measured and planned, one target", COLUMNS, tuple(rows))
    return Result("plan", ABOUT, (table,), tuple(budget for row in rows for budget in budgets(row)))


def budgets(row: Row) -> Iterator[Budget]:
    for key, what in (("series", "series"), ("bytes", "bytes of a scrape")):
        real, planned = float(row[key] or 0), float(row[f"planned_{key}"] or 0)
        yield Budget(f"{row['title']}: {what}, off by", abs(planned / real - 1) * 100, WITHIN, "%")


def measured(size: Size, seconds: float) -> Row:
    """One service, run and scraped, beside its plan."""
    with collector() as (endpoint, spans), running(size, endpoint) as port:
        before = self_cpu(scrape(port))
        time.sleep(seconds)
        text = scrape(port)
        host = (self_cpu(text) - before) / seconds
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    plan = load(replace(size.service, sampling=0.0), Fleet((size.service,), scrape_interval=seconds))
    return {
        "title": size.title,
        "series": float(len(lines)),
        "planned_series": plan.target_series,
        "bytes": len(text.encode()) / 1000,
        "planned_bytes": plan.scrape_bytes / 1000,
        "gzip": 100 * len(gzip.compress(text.encode(), 6)) / len(text.encode()),
        "host": host * 1000,
        "planned_host": plan.target_cpu * 1000,
        "span_bytes": spans["bytes"] / spans["spans"] if spans["spans"] else 0.0,
    }


@contextmanager
def running(size: Size, endpoint: str) -> Iterator[int]:
    """The service, once all that it has was asked for: the port of its /metrics."""
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OBS_TRACE_RATIO": "0.1"}
    with demo(environ) if size.demo else application(size.service, environ) as port:
        yield port


@contextmanager
def demo(environ: Mapping[str, str]) -> Iterator[int]:
    """The demo, after half a minute of its traffic."""
    port = free_port()
    os.environ.update(environ)
    try:
        with Stage(2, port) as stage:
            service = stage.start_service()
            wait(stage.serves, service.check)
            traffic = stage.start_traffic(30.0, 30.0)
            traffic.process.wait(DEADLINE)
            yield port
    finally:
        for name in environ:
            del os.environ[name]


@contextmanager
def application(service: Service, environ: Mapping[str, str]) -> Iterator[int]:
    """benchmarks.fleet_app, after each route was called by each of several connections."""
    port, metrics = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = {"PLAN_ROUTES": str(service.routes), "OBS_RUNTIME_DIR": folder}
        server = [sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", str(service.processes)]
        command = [*server, "-b", f"127.0.0.1:{port}", "--log-level", "warning", "benchmarks.fleet_app:app"]
        run = [sys.executable, "-m", "obs", "run", "--port", str(metrics), "--service", service.name, "--", *command]
        process = subprocess.Popen(run, env=os.environ | environ | own, start_new_session=True)
        try:
            wait(lambda: answers(port) and answers(metrics), lambda: None)
            call(port, service.routes)
            yield metrics
        finally:
            process.terminate()
            process.wait(DEADLINE)


def call(port: int, routes: int) -> None:
    """Each route by two connections at a time, and twice what a tenth of them answers with 404."""

    def ask(numbers: range) -> None:
        for _ in range(2):
            for number in numbers:
                for thing in (1, 0):
                    connection = HTTPConnection("127.0.0.1", port, timeout=DEADLINE)  # a new one: any worker takes it
                    connection.request("GET", f"/resources-of-kind-{number:04}/{thing}")
                    connection.getresponse().read()
                    connection.close()

    both = [threading.Thread(target=ask, args=(range(first, routes, 2),)) for first in (0, 1)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    time.sleep(2.0)  # what is counted once a second


@contextmanager
def collector() -> Iterator[tuple[str, Counter[str]]]:
    """An OTLP receiver of this process: its URL, and what it got."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    got: Counter[str] = Counter()

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            sent = ExportTraceServiceRequest.FromString(plain)
            got["spans"] += sum(len(scope.spans) for resource in sent.resource_spans for scope in resource.scope_spans)
            got["bytes"] += len(plain)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", got
    finally:
        server.shutdown()
        server.server_close()


def scrape(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=DEADLINE) as answer:
        text: str = answer.read().decode()
        return text


def self_cpu(text: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith("obs_self_cpu_seconds"))


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5.0)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def wait(ready: Callable[[], bool], check: Callable[[], None]) -> None:
    for tried in count():
        if ready():
            return
        check()
        if tried > DEADLINE * 10:
            raise BenchmarkError("plan: a service doesn't answer")
        time.sleep(0.1)
