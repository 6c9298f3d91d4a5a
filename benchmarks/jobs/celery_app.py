"""A Celery application: its workers are on the Redis at ``BENCHMARKS_REDIS``, who sends says which one it means."""

from __future__ import annotations

import os

from celery import Celery

from benchmarks.jobs.nothing import nothing

app = Celery("benchmarks", broker=os.environ.get("BENCHMARKS_REDIS"))
app.conf.update(task_ignore_result=True, task_default_queue="push", broker_connection_retry_on_startup=True)
app.task(nothing, name="push.nothing")
