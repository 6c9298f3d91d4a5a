"""What obs is told of a Dramatiq message: by Dramatiq's own options, and by what its sender wrote among them.

Options are any that a message bears; Dramatiq hands them on, and a worker without obs doesn't look at ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.jobs.due import due_in
from obs.jobs.message import NONE, Message

SYSTEM = "dramatiq"
OPTION = "obs"
"""The option that holds the headers."""


def read(message: Any) -> Message:
    """Of a message that is about to be worked on here."""
    message = message._message  # noqa: SLF001  its proxy takes 0.3 µs for each attribute
    options = message.options
    headers = carried(options)
    sent = milliseconds(options.get("requeue_timestamp") or message.message_timestamp)
    return Message(
        message.actor_name,
        message.queue_name,
        SYSTEM,
        headers,
        sent,
        due_in(headers),
        attempt(options),
        message.message_id,
    )


def carried(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The headers among a message's options; none if there are none, or something else."""
    headers = options.get(OPTION)
    return headers if isinstance(headers, dict) else NONE


def attempt(options: Mapping[str, Any]) -> int:
    """Which attempt it is, from 1."""
    retries = options.get("retries")
    return 1 + retries if isinstance(retries, int) and retries > 0 else 1


def milliseconds(moment: object) -> float | None:
    """Unix seconds of what Dramatiq keeps in milliseconds."""
    return moment / 1000 if isinstance(moment, int | float) else None
