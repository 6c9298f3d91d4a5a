"""Programs that send messages to a real Redis and run Dramatiq's own worker on them, with obs on."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.conftest import EPILOGUE, PROLOGUE
from tests.jobs.redis_server import RedisServer
from tests.jobs.spans import SPANS

DRAMATIQ = """
import json, logging, os, time
from pathlib import Path
import dramatiq
from dramatiq import Worker
import actors
from actors import broker

logging.getLogger("dramatiq").setLevel("CRITICAL")

def work(**options):
    "A worker, until the queues are empty."
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_timeout=50, **({"worker_threads": 2} | options))
    worker.start()
    broker.join("push", interval=10)
    worker.join()
    worker.stop()
    return worker

def count(name):
    "The values of a counter or gauge, by its labels."
    return {labels: cells[0] for labels, cells in metrics(name).items() if cells[0]}

def waits(name="obs_job_queue_wait_seconds"):
    "How often and how long, by its labels."
    return {labels: (sum(cells[:-1]), cells[-1]) for labels, cells in metrics(name).items()}

def sent():
    return {name: n for (system, queue, name), n in count("messaging_client_sent_messages_total").items()}

def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
"""


@pytest.fixture(params=[False, True], ids=["threads", "gevent"])
def dramatiq(request: pytest.FixtureRequest, redis_server: RedisServer, tmp_path: Path) -> Callable[..., None]:
    """Runs a program with obs on, gevent patched and not. Its assertions are the test's; obs has to have no fault."""

    def run(program: str, *, spans: bool = False, **env: str) -> None:
        parts = [PROLOGUE.format(gevent=request.param), DRAMATIQ, SPANS if spans else ""]
        source = "".join(parts) + textwrap.dedent(program) + EPILOGUE
        (tmp_path / "actors.py").write_text((Path(__file__).parent / "actors.py").read_text())
        ratio = {"OBS_TRACE_RATIO": "1" if spans else "0", "REDIS_URL": redis_server.url}
        environ = {"PATH": "/usr/bin:/bin", "OBS_RUNTIME_DIR": str(tmp_path / "run"), **ratio, **env}
        command = [sys.executable, "-W", "error", "-c", source]
        done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
