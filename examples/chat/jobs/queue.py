"""The way of a job to the worker, whichever queue is in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def send(function: Callable[..., None], *arguments: Any) -> None:
    """Have the worker call ``function(*arguments)``, some time soon. ``function`` is one of the catalogue's."""
    senders()[function](*arguments)


@cache
def senders() -> dict[Callable[..., None], Callable[..., Any]]:
    """How to send each job: by the queue that ``CHAT_QUEUE`` names, a module of ``jobs.queues``."""
    found: dict[Callable[..., None], Callable[..., Any]] = import_module(f"jobs.queues.{os.environ['CHAT_QUEUE']}").SEND
    return found
