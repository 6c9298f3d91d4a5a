"""RQ on the Redis that ``CHAT_BROKER`` names: https://python-rq.org"""

from __future__ import annotations

import os
from functools import partial

from redis import Redis
from rq import Queue, Retry

from ..catalogue import JOBS
from ..job import Job

queue = Queue("chat", connection=Redis.from_url(os.environ["CHAT_BROKER"]))


def retry(job: Job) -> Retry | None:
    return Retry(max=job.retries, interval=job.pause) if job.retries else None


SEND = {job.function: partial(queue.enqueue, job.function, retry=retry(job), result_ttl=0) for job in JOBS}
