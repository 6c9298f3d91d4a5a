"""A process of its own for each test that turns obs on: what it patches must not reach the others."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

PROLOGUE = """
import os, sys
if {gevent}:
    from gevent import monkey; monkey.patch_all()
import obs
handle = obs.instrument()
from flask import Flask, Response, jsonify
from obs.metrics import active
from obs.metrics.exposition import of_run
from werkzeug.test import Client, create_environ, run_wsgi_app

def metrics(name):
    found = {{}}
    for line in of_run(active.store().run_dir).bake({{}})[1].decode().splitlines():
        if line.startswith(name):
            series, value = line.rsplit(" ", 1)
            found[",".join(p for p in sorted(series.partition("{{")[2][:-1].split(","))
                           if p.split("=")[0] in ("http_route", "http_request_method", "http_response_status_code",
                                                  "error_type", "protocol") and not p.endswith('=""'))] = float(value)
    return found

def counts():
    return metrics("http_server_request_duration_seconds_count")

def route(route, method="GET", status="200", error=""):
    labels = {{"error_type": error, "http_request_method": method, "http_response_status_code": status,
              "http_route": route}}
    return ",".join(f'{{k}}="{{v}}"' for k, v in labels.items() if v)

app = Flask("app")

def ask(path, method="GET"):
    body, status, _ = run_wsgi_app(app, create_environ(path, method=method), buffered=True)
    return status
"""


@pytest.fixture(params=[False, True], ids=["threads", "gevent"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Runs a program with obs on, gevent patched and not; its assertions are the test's."""

    def run(program: str, **env: str) -> None:
        source = PROLOGUE.format(gevent=request.param) + textwrap.dedent(program)
        tmp_path.chmod(0o700)
        environ = {"PATH": "/usr/bin:/bin", "OBS_RUNTIME_DIR": str(tmp_path), "OBS_TRACE_RATIO": "0", **env}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", source], env=environ, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr

    return run
