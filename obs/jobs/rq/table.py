"""The one table of what obs patches in RQ, from 2.0 on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from obs.jobs.redis_queues import RedisQueues
from obs.jobs.rq import abandoned, carried, horse, sending, worker
from obs.jobs.rq.message import SYSTEM
from obs.jobs.rq.working import Working
from obs.patches import Patch


def patches(rq: ModuleType) -> list[Patch]:
    """What makes every job of this process measured: sent, run, or watched."""
    job, queue, workers = rq.job.Job, rq.queue.Queue, rq.worker
    working, told = Working(rq), RedisQueues(SYSTEM)
    enqueues, schedules = partial(sending.enqueues, told), partial(sending.schedules, told)
    return [
        Patch(job, "restore", carried.restore),
        Patch(job, "to_dict", carried.to_dict),
        Patch(queue, "enqueue_job", enqueues),
        Patch(queue, "_enqueue_job", enqueues),
        Patch(queue, "schedule_job", schedules),
        Patch(queue, "run_sync", working.run_sync),
        Patch(queue, "run_job", working.run_job),
        *_of(workers, "bootstrap", partial(worker.bootstrap, told)),
        *_of(workers, "perform_job", working.perform_job),
        *_of(workers, "handle_exception", working.handle_exception),
        *_of(workers, "fork_work_horse", partial(horse.fork_work_horse, getattr(workers, "SpawnWorker", ()))),
        *_of(workers, "monitor_work_horse", horse.monitor_work_horse),
        _abandoned(rq),
    ]


def _of(workers: ModuleType, name: str, make: Callable[[Any], Any]) -> list[Patch]:
    """Wherever a worker class of RQ's own defines it: they have moved it between them."""
    kinds = dict.fromkeys(kind for kind in vars(workers).values() if isinstance(kind, type))
    return [Patch(kind, name, make) for kind in kinds if name in vars(kind)]


def _abandoned(rq: ModuleType) -> Patch:
    """Since RQ 3.0 it is a function, which the registry has imported."""
    owner = rq.registry if hasattr(rq.registry, "execute_failure_callback") else rq.job.Job
    make = partial(abandoned.execute_failure_callback, rq.exceptions.AbandonedJobError)
    return Patch(owner, "execute_failure_callback", make)
