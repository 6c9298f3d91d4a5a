"""The table of what obs patches in Dramatiq, from 1.17 on."""

from __future__ import annotations

from types import ModuleType

from obs.jobs.dramatiq import worker
from obs.jobs.dramatiq.working import Working
from obs.patches import Patch


def patches(dramatiq: ModuleType) -> list[Patch]:
    """What makes every message that is worked on in this process measured."""
    working, workers = Working(dramatiq), dramatiq.worker
    return [
        Patch(workers.Worker, "start", worker.start),
        Patch(workers.Worker, "stop", worker.stop),
        Patch(workers._WorkerThread, "process_message", working.process_message),  # noqa: SLF001  its name in 1.x too
        Patch(workers._ConsumerThread, "post_process_message", working.post_process_message),  # noqa: SLF001
        Patch(dramatiq.MessageProxy, "stuff_exception", working.stuff_exception),
        Patch(dramatiq.Broker, "emit_after", working.emit_after),
    ]
