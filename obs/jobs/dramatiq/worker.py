"""A Dramatiq worker begins, and ends."""

from __future__ import annotations

from typing import Any

from obs.errors import fault
from obs.jobs.delivery import leaving
from obs.jobs.dramatiq.message import SYSTEM
from obs.jobs.dramatiq.sending import tell
from obs.jobs.redis_queues import RedisQueues
from obs.jobs.slots import slots
from obs.jobs.sorts import sorts


def start(original: Any) -> Any:
    """Around the start of a worker, of which a process has one."""

    def start(worker: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            sorts()  # imports OpenTelemetry, if traces are on: not in the first message
            slots(SYSTEM, worker.worker_threads)
            queues = worker.consumer_whitelist or worker.broker.get_declared_queues()
            tell(RedisQueues(SYSTEM), worker.broker, *sorted(queues))
        except Exception:
            fault("dramatiq: the start of a worker")
        return original(worker, *args, **kwargs)

    return start


def stop(original: Any) -> Any:
    """Around its end. Its process ends next, and as a child of multiprocessing's without Python's exit."""

    def stop(worker: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(worker, *args, **kwargs)
        finally:
            slots(SYSTEM, 0)
            leaving()

    return stop
