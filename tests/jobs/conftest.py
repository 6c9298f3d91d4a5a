"""A process of its own for each test that turns obs on: what it patches must not reach the others."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.redis_server import redis_process, redis_server

__all__ = ["redis_process", "redis_server"]  # fixtures

PROLOGUE = """
import sys
if {gevent}:
    from gevent import monkey; monkey.patch_all()
import contextvars, threading, traceback
import obs
from obs import errors
from obs.metrics import active
from obs.metrics.reader import Reader

def metrics(name):
    reader = Reader(active.store().run_dir)
    found = {{key.labels: cells for key, cells in reader.snapshot().series.items() if key.metric.name == name}}
    reader.close()
    return found

def jobs():
    "How many jobs ended, by (name, queue, outcome)."
    return {{(name, queue, outcome): sum(cells[:-1])
            for (system, queue, name, outcome), cells in metrics("messaging_process_duration_seconds").items()}}

def requests():
    "How many requests ended, by (route, method, status, error)."
    return {{labels: sum(cells[:-1]) for labels, cells in metrics("http_server_request_duration_seconds").items()}}

handle = obs.instrument()
"""

EPILOGUE = "\nassert not errors.faults, errors.faults\n"


@pytest.fixture(params=[False, True], ids=["threads", "gevent"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Runs a program with obs on, gevent patched and not, in a folder with ``toml`` as its obs.toml.

    Its assertions are the test's, and obs has to have contained no fault.
    """

    def run(program: str, *, toml: str = "", faults: bool = False, **env: str) -> None:
        source = PROLOGUE.format(gevent=request.param) + textwrap.dedent(program) + ("" if faults else EPILOGUE)
        tmp_path.chmod(0o700)
        (tmp_path / "obs.toml").write_text(textwrap.dedent(toml))
        environ = {"PATH": "/usr/bin:/bin", "OBS_RUNTIME_DIR": str(tmp_path / "run"), "OBS_TRACE_RATIO": "0", **env}
        command = [sys.executable, "-W", "error", "-c", source]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
