"""What obs asks of a task of Huey's, and what it keeps on one."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from obs.jobs.message import NONE, Message

SYSTEM = "huey"

HEADERS = "_obs_headers"
"""The attribute of a task that holds its headers, from when they are made or read until it runs."""

ATTEMPT = "obs-attempt"
"""The header of a retry that says which attempt it is: Huey itself counts what is left only."""


def name_of(huey: Any, task: Any) -> str:
    """As Huey's registry has it: ``jobs.push.notify``, the module and the name."""
    return str(huey._registry.task_to_string(type(task)))  # noqa: SLF001  what its messages call the task


def message_of(huey: Any, task: Any) -> Message:
    """What a worker knows of the delivery of ``task``. Takes its headers off: whoever sends it again makes new ones."""
    headers = task.__dict__.pop(HEADERS, NONE)
    at = None if task.eta is None else due(huey, task)
    tries = attempt(headers[ATTEMPT]) if ATTEMPT in headers else 1
    return Message(name_of(huey, task), huey.name, SYSTEM, headers, None, at, tries, task.id)


def due(huey: Any, task: Any) -> float:
    """When it is to run, in Unix seconds. Huey keeps a time without a zone: UTC, or local time."""
    eta = task.eta.replace(tzinfo=UTC) if huey.utc and task.eta.tzinfo is None else task.eta
    return float(eta.timestamp())


def attempt(said: str) -> int:
    """Which attempt the header says that it is; the first, if it is none of ours."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 1
