"""Where an application's queues are, for the host process to look at: Redis only, which can be read without harm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from obs.jobs.brokers import Broker, announce
from obs.jobs.celery.message import SYSTEM

_known: set[tuple[int, str]] = set()
"""Queues of applications that have been told of by a sender here."""


def of_worker(app: Any) -> None:
    """Tell of every queue that a worker of ``app`` takes from."""
    _tell(app.connection_for_read(), list(app.amqp.queues.consume_from))


def of_sender(app: Any, queue: str) -> None:
    """Tell of ``queue`` at the first send to it: it fills also if nobody works on it. 0.2 µs after that."""
    key = (id(app), queue)
    if key not in _known and len(_known) < 1000:
        _known.add(key)
        _tell(app.connection_for_write(), [queue])


def _tell(connection: Any, queues: Iterable[str]) -> None:
    address = connection.as_uri(include_password=True)
    if address.startswith(("redis://", "rediss://")):
        announce(Broker(SYSTEM, "redis", address, tuple(queues), _layout(connection.transport_options or {})))


def _layout(options: dict[str, Any]) -> dict[str, str]:
    """How kombu names the lists of a queue: https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.transport.redis.html"""
    layout = {
        "prefix": options.get("global_keyprefix"),
        "separator": options.get("sep"),
        "priorities": ",".join(str(step) for step in options.get("priority_steps") or ()),
    }
    return {name: str(value) for name, value in layout.items() if value}
