"""The actors of Dramatiq's tests: programs and workers import this as ``actors``."""

from __future__ import annotations

import os
import time
import traceback
from pathlib import Path

import dramatiq
from dramatiq.brokers.redis import RedisBroker

import obs

broker = RedisBroker(url=os.environ["REDIS_URL"])
dramatiq.set_broker(broker)

SOON = {"min_backoff": 10, "max_backoff": 10}


@dramatiq.actor(queue_name="push")
def notify(user: str) -> None:
    """Do nothing."""


@dramatiq.actor(queue_name="push", max_retries=1, **SOON)
def fails() -> None:
    raise ValueError("no such user")


@dramatiq.actor(queue_name="push", max_retries=0)
def fails_once() -> None:
    raise ValueError("no such user")


@dramatiq.actor(queue_name="push", throws=KeyError)
def expected() -> None:
    raise KeyError


@dramatiq.actor(queue_name="push", max_retries=1)
def asks_again() -> None:
    raise dramatiq.errors.Retry("later", delay=10)


@dramatiq.actor(queue_name="push", max_age=1)
def old() -> None:
    raise AssertionError


@dramatiq.actor(queue_name="push", time_limit=500, max_retries=0)
def sleeps() -> None:
    for _ in range(3000):
        time.sleep(0.01)


@dramatiq.actor(queue_name="push", notify_shutdown=True, max_retries=3)
def interrupted(path: str) -> None:
    Path(path).touch()
    for _ in range(3000):
        time.sleep(0.01)


@dramatiq.actor(queue_name="push")
def enqueues(user: str) -> None:
    notify.send(user)


@dramatiq.actor(queue_name="push")
def stack(path: str) -> None:
    names = "\n".join(frame.name for frame in traceback.extract_stack())
    work = obs.current()
    Path(path).write_text(f"{names}\n{work and work.kind} {work and work.name}")
