"""The tasks of Celery's tests: workers import this as ``tasks``."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from celery import Celery, Task
from celery.exceptions import Ignore, Reject

import obs

URL = os.environ["REDIS_URL"]

app = Celery("tasks", broker=URL, backend=URL)
app.conf.update(
    task_default_queue="push",
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    worker_lost_wait=0.5,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_transport_options={
        "visibility_timeout": int(os.environ.get("VISIBILITY", "3600")),
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    },
)


@app.task(name="push.notify")
def notify(user: str = "") -> str:
    return f"told {user}"


@app.task(name="push.fails")
def fails() -> None:
    raise ValueError("no such user")


@app.task(name="push.retries", bind=True, max_retries=5, default_retry_delay=0)
def retries(task: Task, times: int) -> int:
    if task.request.retries < times:
        raise task.retry(exc=ConnectionError("try again"))
    return int(task.request.retries)


@app.task(name="push.rejects")
def rejects() -> None:
    raise Reject("no use", requeue=False)


@app.task(name="push.ignores")
def ignores() -> None:
    raise Ignore


@app.task(name="push.exits")
def exits() -> None:
    sys.exit(3)


@app.task(name="push.dies")
def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="push.sleeps")
def sleeps(seconds: float = 60, path: str = "") -> None:
    if path:
        Path(path).touch()
    time.sleep(seconds)


@app.task(name="push.soft", soft_time_limit=1)
def soft() -> None:
    time.sleep(60)


@app.task(name="push.hard", time_limit=1)
def hard() -> None:
    time.sleep(60)


@app.task(name="push.late", bind=True, acks_late=True)
def late(task: Task, path: str) -> str:
    """Runs for long at its first delivery."""
    if not Path(path).exists():
        Path(path).write_text(str(os.getpid()))
        time.sleep(60)
    return "done"


@app.task(name="push.back", bind=True, acks_late=True)
def back(task: Task, path: str) -> str:
    """Given back at its first delivery."""
    if not Path(path).exists():
        Path(path).touch()
        raise Reject("later", requeue=True)
    return "done"


@app.task(name="push.enqueues")
def enqueues(user: str) -> None:
    notify.delay(user)


@app.task(name="push.stack")
def stack() -> list[str]:
    """Whose frames are above."""
    return [frame.name for frame in traceback.extract_stack()]


@app.task(name="push.works")
def works() -> str:
    """Whose Work is current."""
    work = obs.current()
    return "none" if work is None else f"{work.kind} {work.name}"


@app.task(name="push.headers", bind=True)
def headers(task: Task) -> dict[str, Any]:
    return dict(task.request.headers or {})
