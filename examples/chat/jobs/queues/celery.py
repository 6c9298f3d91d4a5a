"""Celery on the Redis that ``CHAT_BROKER`` names: https://docs.celeryq.dev"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery

from ..catalogue import JOBS
from ..job import Job

app = Celery("chat", broker=os.environ["CHAT_BROKER"])
app.conf.update(task_default_queue="chat", task_ignore_result=True, broker_connection_retry_on_startup=True)


def task(job: Job) -> Any:
    """``job`` as a task, that is tried again after an exception if the job may."""
    retried = {"autoretry_for": (Exception,), "max_retries": job.retries, "default_retry_delay": job.pause}
    return app.task(name=job.name, **retried if job.retries else {})(job.function)


SEND = {job.function: task(job).delay for job in JOBS}
