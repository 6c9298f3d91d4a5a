"""Every patch of Huey: what sends a task, carries its headers, and runs it."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from obs.jobs.huey import consumer, running, sending, travelling
from obs.jobs.huey.broker import Brokers
from obs.patches import Patch


def patches(api: ModuleType) -> list[Patch]:
    """``api`` is ``huey.api``, the module. Every Huey of the process is measured, made before or after."""
    huey, serializer, worker = api.Huey, api.Serializer, api.Consumer.worker_class
    brokers = Brokers(api)
    return [
        Patch(huey, "enqueue", partial(sending.enqueue, api.Task, brokers)),
        Patch(huey, "serialize_task", travelling.serialize_task),
        Patch(serializer, "_serialize", travelling.serialize),
        Patch(serializer, "_deserialize", travelling.deserialize),
        Patch(huey, "deserialize_task", travelling.deserialize_task),
        Patch(huey, "execute", running.execute),
        Patch(huey, "_emit", running.emit),
        Patch(huey, "_requeue_task", sending.requeue),
        Patch(api.Consumer, "start", partial(consumer.start, brokers)),
        Patch(worker, "initialize", consumer.initialize),
        Patch(worker, "shutdown", consumer.shutdown),
    ]
