"""Programs that send tasks over a real Redis to Celery's own workers, with obs on in each of their processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from obs.host.environment import BOOTSTRAP
from tests.jobs.conftest import EPILOGUE, PROLOGUE
from tests.jobs.redis_server import RedisServer
from tests.jobs.spans import SPANS

CELERY = """
import json, os, signal, subprocess, time
from contextlib import contextmanager
from pathlib import Path
import tasks
from tasks import app

@contextmanager
def worker(*options, **environ):
    "Celery's own, from its command line, until the end of the block; then it has finished what it had begun."
    command = [sys.executable, "-m", "celery", "-A", os.environ.get("TASKS", "tasks"), "--quiet", "worker"]
    without = ["--without-heartbeat", "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    with open("worker.log", "ab") as log:
        process = subprocess.Popen(command + without + list(options), env=os.environ | environ, stdout=log, stderr=log)
    try:
        yield process
        process.terminate()
        process.wait(40)
    finally:
        process.kill()
        process.wait()

def result(sent, **options):
    return sent.get(timeout=40, disable_sync_subtasks=False, **options)

def count(name):
    "The values of a counter or gauge, by its labels."
    return {{labels: cells[0] for labels, cells in metrics(name).items() if cells[0]}}

def ended():
    "How many ended, by name and outcome."
    return {{(name, outcome): n for (name, queue, outcome), n in jobs().items()}}

def waits(name="obs_job_queue_wait_seconds"):
    "How often and how long, by its labels."
    return {{labels: (sum(cells[:-1]), cells[-1]) for labels, cells in metrics(name).items()}}

def sent():
    return {{name: n for (system, queue, name), n in count("messaging_client_sent_messages_total").items()}}

def until(true, seconds=40):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, (jobs(), Path("worker.log").read_text())
        time.sleep(0.02)
"""

Run = Callable[..., None]


@pytest.fixture
def celery(redis_server: RedisServer, tmp_path: Path) -> Run:
    """Runs a program with obs on, as under ``obs run``. Its assertions are the test's; obs has to have no fault.

    ``spans``: those of the program and of the workers' processes go to a file, and every trace is recorded.
    """

    def run(program: str, *, spans: bool = False, **env: str) -> None:
        parts = [PROLOGUE.format(gevent=False), SPANS if spans else "", CELERY.format()]
        source = "".join(parts) + textwrap.dedent(program) + EPILOGUE
        own = (Path(__file__).parent / "tasks.py").read_text()
        (tmp_path / "tasks.py").write_text(own)
        (tmp_path / "recorded.py").write_text("from tasks import *\nfrom tasks import app\n" + SPANS)
        (tmp_path / "this").mkdir(mode=0o700)
        environ = {
            "PATH": "/usr/bin:/bin",
            "OBS_RUNTIME_DIR": str(tmp_path / "run"),
            "OBS_RUN_DIR": str(tmp_path / "this"),
            "PYTHONPATH": f"{BOOTSTRAP}:{tmp_path}",
            "OBS_TRACE_RATIO": "1" if spans else "0",
            "REDIS_URL": redis_server.url,
            "TASKS": "recorded" if spans else "tasks",
            **env,
        }
        command = [sys.executable, "-W", "error", "-c", source]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=170)
        log = (tmp_path / "worker.log").read_text() if (tmp_path / "worker.log").exists() else ""
        assert done.returncode == 0, done.stdout + done.stderr + log
        assert "obs:" not in log, log  # a fault in a worker

    return run
