"""Dramatiq on the Redis that ``CHAT_BROKER`` names: https://dramatiq.io"""

from __future__ import annotations

import os
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from ..catalogue import JOBS
from ..job import Job

broker = RedisBroker(url=os.environ["CHAT_BROKER"])
dramatiq.set_broker(broker)


def actor(job: Job) -> dramatiq.Actor[Any, None]:
    """``job`` as an actor. Its pause is in milliseconds there, and doubles each time if it may."""
    options: Any = {"max_retries": job.retries, "min_backoff": job.pause * 1000, "max_backoff": job.pause * 1000}
    return dramatiq.actor(actor_name=job.name, queue_name="chat", broker=broker, **options)(job.function)


SEND = {job.function: actor(job).send for job in JOBS}
