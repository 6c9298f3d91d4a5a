"""The queues that obs knows: each by the module that it waits for, and obs's own that patches it.

Obs's is imported when the queue's has been, so a service that uses none pays for none. It has one function,
``patches(module) -> list[Patch]``.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from obs.patches import Patch

QUEUES: tuple[tuple[str, str], ...] = (
    ("celery.app.amqp", "obs.jobs.celery.sending"),
    ("celery.app.trace", "obs.jobs.celery.working"),
    ("celery.concurrency.prefork", "obs.jobs.celery.prefork"),
    ("celery.worker.request", "obs.jobs.celery.requests"),
    ("celery.worker.worker", "obs.jobs.celery.worker"),
    ("dramatiq", "obs.jobs.dramatiq"),
    ("dramatiq.brokers.rabbitmq", "obs.jobs.dramatiq.brokers"),
    ("dramatiq.brokers.redis", "obs.jobs.dramatiq.brokers"),
    ("dramatiq.brokers.stub", "obs.jobs.dramatiq.brokers"),
    ("google.cloud.pubsub_v1", "obs.jobs.pubsub.instrumentation"),
    ("huey.api", "obs.jobs.huey.patches"),
    ("rq", "obs.jobs.rq"),
)


def patches(ours: str, module: ModuleType) -> list[Patch]:
    """What makes the queue of ``module`` measured: of ``ours``, one of :data:`QUEUES`."""
    found: list[Patch] = import_module(ours).patches(module)
    return found
