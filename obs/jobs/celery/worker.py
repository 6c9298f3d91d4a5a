"""A worker starts: how many tasks it can run at the same time, and which queues it takes them from."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs.celery import broker, prefork
from obs.jobs.celery.message import SYSTEM
from obs.jobs.slots import slots
from obs.labels import hide_frame
from obs.patches import Patch


def patches(worker: ModuleType) -> list[Patch]:
    """``worker`` is ``celery.worker.worker``."""
    return [Patch(worker.WorkController, "start", _start)]


def _start(original: Callable[..., Any]) -> Any:
    def start(self: Any) -> Any:
        try:
            prefork.starts(self.pool_cls)
            slots(SYSTEM, self.concurrency)
            broker.of_worker(self.app)
        except Exception:
            fault("jobs: the start of a Celery worker")
        try:
            return original(self)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            slots(SYSTEM, 0)

    return start
