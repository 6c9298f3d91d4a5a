"""What sends a task: every way goes through the function that an application's ``amqp`` makes once."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs.celery import broker
from obs.jobs.celery.message import SYSTEM
from obs.jobs.delivery import Delivery
from obs.jobs.sending import Sending, sending
from obs.labels import hide_frame
from obs.patches import Patch
from obs.work import current


def patches(amqp: ModuleType) -> list[Patch]:
    """``amqp`` is ``celery.app.amqp``."""
    return [Patch(amqp.AMQP, "_create_task_sender", _create_task_sender)]


def _create_task_sender(original: Callable[..., Any]) -> Any:
    def _create_task_sender(self: Any) -> Any:
        send = original(self)

        def send_task_message(producer: Any, name: str, message: Any, *args: Any, **options: Any) -> Any:
            ours: dict[str, Any] = {}
            sent = _begin(self, name, message, options, ours)
            if ours:  # a retry brings the headers of the delivery before it: ours go before those
                options["headers"] = {**(options.get("headers") or {}), **ours}
            try:
                return sent.run(send, producer, name, message, *args, **options)
            except BaseException as error:
                hide_frame(error)
                raise

        return send_task_message

    return _create_task_sender


def _begin(amqp: Any, name: str, message: Any, options: dict[str, Any], ours: dict[str, Any]) -> Sending:
    try:
        queue = _queue(amqp, options)
        broker.of_sender(amqp.app, queue)
        return sending(name, queue, SYSTEM, ours, retry_of=_repeated(message[0]))
    except Exception:
        fault("jobs: a Celery task is sent")
        return Sending()


def _queue(amqp: Any, options: dict[str, Any]) -> str:
    queue = options.get("queue")
    if queue is None:
        exchange = options.get("exchange")
        queue = options.get("routing_key") or exchange if exchange is not None else amqp.default_queue
    return str(getattr(queue, "name", queue) or "")


def _repeated(headers: Any) -> Delivery | None:
    """The delivery that is being worked on here, if this is the same task again."""
    work = current.get()
    is_same = isinstance(work, Delivery) and work.message.id == headers.get("id") and headers.get("retries")
    return work if is_same else None  # type: ignore[return-value]  # it is a Delivery
