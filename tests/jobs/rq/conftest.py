"""Programs that send jobs to a real Redis and run RQ's own workers on them, with obs on."""

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

RQ = """
import json, logging, os, time
from datetime import timedelta
from pathlib import Path
from redis import Redis
import rq
from rq import Queue, Retry, SimpleWorker, Worker
from rq.worker import SpawnWorker
import tasks

URL = {url!r}
redis = Redis.from_url(URL)
queue = Queue("push", connection=redis)

rq.worker.BaseWorker.unsubscribe = lambda worker: None  # it waits for a second, and this process ends

def work(kind=Worker, *queues, **options):
    "A worker of this kind, until the queues are empty."
    worker = kind(queues or [queue], connection=redis)
    worker.work(burst=True, logging_level="CRITICAL", **options)
    return worker

def sent():
    return {{labels: cells[0] for labels, cells in metrics("messaging_client_sent_messages_total").items()}}

def count(name):
    "The values of a counter or gauge, by its labels."
    return {{labels: cells[0] for labels, cells in metrics(name).items() if cells[0]}}

def waits(name="obs_job_queue_wait_seconds"):
    "How often and how long, by its labels."
    return {{labels: (sum(cells[:-1]), cells[-1]) for labels, cells in metrics(name).items()}}

def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
"""


@pytest.fixture
def rq(redis_server: RedisServer, tmp_path: Path) -> Callable[..., None]:
    """Runs a program with obs on. Its assertions are the test's; obs has to have contained no fault.

    ``everywhere``: obs is on in each Python process that it starts, as under ``obs run``.
    """

    def run(program: str, *, spans: bool = False, faults: bool = False, everywhere: bool = False, **env: str) -> None:
        parts = [PROLOGUE.format(gevent=False), RQ.format(url=redis_server.url), SPANS if spans else ""]
        source = "".join(parts) + textwrap.dedent(program) + ("" if faults else EPILOGUE)
        (tmp_path / "tasks.py").write_text((Path(__file__).parent / "tasks.py").read_text())
        ratio = {"OBS_TRACE_RATIO": "1" if spans else "0"}
        environ = {"PATH": "/usr/bin:/bin", "OBS_RUNTIME_DIR": str(tmp_path / "run"), **ratio, **env}
        if everywhere:
            (tmp_path / "this").mkdir(mode=0o700)
            environ |= {"OBS_RUN_DIR": str(tmp_path / "this"), "PYTHONPATH": str(BOOTSTRAP)}
        # RQ forks with a thread of its own beside, which Python warns of since 3.12.
        warnings = ["-W", "error", "-W", "ignore:This process:DeprecationWarning"]
        command = [sys.executable, *warnings, "-c", source]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
