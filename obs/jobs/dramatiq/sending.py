"""Dramatiq messages that are enqueued: new ones, retries, and delayed ones that come into their queue."""

from __future__ import annotations

from threading import current_thread
from time import time
from typing import Any

from obs.errors import fault
from obs.jobs.dramatiq.message import OPTION, SYSTEM
from obs.jobs.dramatiq.working import running
from obs.jobs.due import DUE
from obs.jobs.sending import Sending, sending
from obs.labels import hide_frame


def enqueue(original: Any) -> Any:
    """Around a broker's ``enqueue``: what goes on is a copy that bears the headers, as brokers' own copies do."""

    def enqueue(broker: Any, message: Any, *, delay: Any = None) -> Any:
        send, message = _begin(message, delay)
        try:
            with send:
                return original(broker, message, delay=delay)
        except BaseException as error:
            hide_frame(error)
            raise

    return enqueue


def _begin(message: Any, delay: Any) -> tuple[Sending, Any]:
    """What counts the sending, and the message to send."""
    try:
        if _moves(message, delay):
            return Sending(), message
        headers: dict[str, Any] = {}
        tried = running(message)
        if tried is not None:
            tried.retried = True
        retry_of = None if tried is None else tried.delivery
        send = sending(message.actor_name, message.queue_name, SYSTEM, headers, retry_of=retry_of)
        if delay is not None:
            headers[DUE] = repr(time() + delay / 1000)
        return send, message.copy(options={OPTION: headers})
    except Exception:
        fault("dramatiq: the sending of a message")
        return Sending(), message


def _moves(message: Any, delay: Any) -> bool:
    """Whether it is a delayed message whose time has come: the thread that held it back sends it on."""
    return delay is None and OPTION in message.options and hasattr(current_thread(), "delay_queue")
