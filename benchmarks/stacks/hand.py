"""What a good engineer writes by hand with prometheus_client: a counter and a histogram by method, route and status.

A WSGI middleware, which costs half of what before- and after-request functions do; it takes the route from the request
that werkzeug leaves in the environ.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from benchmarks.stacks.run_folder import SHARED_MEMORY
from benchmarks.stacks.stack import Application


def build() -> Application:
    from benchmarks.stacks.app import create_app

    return measured(create_app())


def build_multiprocess() -> Application:
    """The same, its metrics in files, as a server with several workers needs it to be."""
    folder = tempfile.mkdtemp(prefix="obs-bench-", dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # prometheus_client looks at it as it is imported
    return build()


def measured(app: Application) -> Application:
    """``app``, each of its requests counted and timed until it returns its body."""
    from prometheus_client import Counter, Histogram

    requests = Counter("http_requests", "Requests.", ("method", "route", "status"))
    seconds = Histogram("http_request_duration_seconds", "Their duration.", ("method", "route"))

    def middleware(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status = "500"

        def started(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, *rest)

        start = perf_counter()
        try:
            return app(environ, started)
        finally:
            took = perf_counter() - start
            method, route = environ["REQUEST_METHOD"], _route(environ)
            requests.labels(method, route, status).inc()
            seconds.labels(method, route).observe(took)

    return middleware


def _route(environ: dict[str, Any]) -> str:
    request = environ.get("werkzeug.request")
    rule = request.url_rule if request is not None else None
    return rule.rule if rule is not None else ""
