"""Dramatiq messages that are enqueued: new ones, retries, and delayed ones that come into their queue."""

from __future__ import annotations

from threading import current_thread
from time import time
from typing import Any

from obs.errors import fault
from obs.jobs.dramatiq.message import OPTION, SYSTEM
from obs.jobs.dramatiq.working import running
from obs.jobs.due import DUE
from obs.jobs.redis_queues import RedisQueues
from obs.jobs.sending import Sending, sending
from obs.labels import hide_frame


def enqueue(told: RedisQueues, original: Any) -> Any:
    """Around a broker's ``enqueue``: what goes on is a copy that bears the headers, as brokers' own copies do."""

    def enqueue(broker: Any, message: Any, *, delay: Any = None) -> Any:
        send, message = _begin(told, broker, message, delay)
        try:
            with send:
                return original(broker, message, delay=delay)
        except BaseException as error:
            hide_frame(error)
            raise

    return enqueue


def tell(told: RedisQueues, broker: Any, *queues: str) -> None:
    """Where these are, if the broker is on Redis."""
    client, namespace = getattr(broker, "client", None), getattr(broker, "namespace", None)
    if client is not None and namespace is not None and queues:
        told.tell(client, queues, {"namespace": str(namespace)})


def _begin(told: RedisQueues, broker: Any, message: Any, delay: Any) -> tuple[Sending, Any]:
    """What counts the sending, and the message to send."""
    try:
        if _moves(message, delay):
            return Sending(), message
        headers: dict[str, Any] = {}
        copy, wait = message.copy(options={OPTION: headers}), None if delay is None else delay / 1000
        tried = running(message)
        if tried is not None:
            tried.retried = True
        retry_of = None if tried is None else tried.delivery
        send = sending(message.actor_name, message.queue_name, SYSTEM, headers, retry_of=retry_of)
        if wait is not None:
            headers[DUE] = repr(time() + wait)
        tell(told, broker, message.queue_name)  # after that has opened the run folder
        return send, copy
    except Exception:
        fault("dramatiq: the sending of a message")
        return Sending(), message


def _moves(message: Any, delay: Any) -> bool:
    """Whether it is a delayed message whose time has come: the thread that held it back sends it on."""
    return delay is None and OPTION in message.options and hasattr(current_thread(), "delay_queue")
