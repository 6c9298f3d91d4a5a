"""How many jobs this worker process can run at the same time."""

from __future__ import annotations

from obs.errors import fault
from obs.jobs.sorts import sorts
from obs.metrics.catalog import OBS_JOB_SLOTS


def slots(system: str, number: int) -> None:
    """Tell it, once the worker knows: 0 when it stops to take any. Of one worker in a process. Never raises."""
    try:
        here = sorts()
        if here is not None:
            here.store.gauge(OBS_JOB_SLOTS, system).set(float(number))
    except Exception:
        fault("jobs: the slots of a worker")
