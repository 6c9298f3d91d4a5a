"""An RQ worker begins."""

from __future__ import annotations

from typing import Any

from obs.errors import fault
from obs.jobs.redis_queues import RedisQueues
from obs.jobs.rq.message import SYSTEM
from obs.jobs.rq.sending import tell
from obs.jobs.slots import slots
from obs.jobs.sorts import sorts


def bootstrap(told: RedisQueues, original: Any) -> Any:
    """Around the start of a worker. What its children would do once each is done here, before it forks any."""

    def bootstrap(worker: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(worker, *args, **kwargs)
        try:
            sorts()  # imports OpenTelemetry, if traces are on
            slots(SYSTEM, 1)
            tell(told, *worker.queues)
        except Exception:
            fault("rq: the start of a worker")
        return result

    return bootstrap
