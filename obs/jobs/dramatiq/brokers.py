"""What obs patches in each of Dramatiq's brokers: theirs is the sending."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from obs.jobs.dramatiq import sending
from obs.jobs.dramatiq.message import SYSTEM
from obs.jobs.redis_queues import RedisQueues
from obs.patches import Patch


def patches(module: ModuleType) -> list[Patch]:
    """What makes every message measured that is sent by a broker of ``module``, one of ``dramatiq.brokers``."""
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]
    enqueue = partial(sending.enqueue, RedisQueues(SYSTEM))
    return [Patch(kind, "enqueue", enqueue) for kind in kinds if "enqueue" in vars(kind)]
