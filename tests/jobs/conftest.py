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
            for (system, queue, name, outcome), cells in metrics("messaging_process_duration_seconds").items()
            if any(cells)}}

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
    return runner(tmp_path, gevent=request.param)


@pytest.fixture
def threads(tmp_path: Path) -> Callable[..., None]:
    """:func:`target` without gevent only: for what has nothing to do with it."""
    return runner(tmp_path, gevent=False)


def runner(folder: Path, *, gevent: bool) -> Callable[..., None]:
    def run(program: str, *, toml: str = "", faults: bool = False, **env: str) -> None:
        source = PROLOGUE.format(gevent=gevent) + textwrap.dedent(program) + ("" if faults else EPILOGUE)
        folder.chmod(0o700)
        (folder / "obs.toml").write_text(textwrap.dedent(toml))
        environ = {"PATH": "/usr/bin:/bin", "OBS_RUNTIME_DIR": str(folder / "run"), "OBS_TRACE_RATIO": "0", **env}
        command = [sys.executable, "-W", "error", "-c", source]
        done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
