"""What obs is told of a Celery task: by the headers of its message, which are also its request.

https://docs.celeryq.dev/en/stable/internals/protocol.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from obs.jobs.message import PREVIOUS, SENT, Message

SYSTEM = "celery"

CARRIED = (
    *("traceparent", "tracestate", "baggage", SENT, PREVIOUS),
    *("b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags"),
    *("uber-trace-id", "x-amzn-trace-id"),
)
"""Headers that may be a propagator's. They lie among Celery's own, some of which are long."""


def message(name: str, request: Mapping[str, Any]) -> Message:
    """Of the task ``name``, from its request. Whatever is in there, no error. Hot."""
    eta, retries = request.get("eta"), request.get("retries")
    return Message(
        name,
        queue_of(request),
        SYSTEM,
        {header: request[header] for header in CARRIED if header in request},
        None,
        _due(eta) if eta else None,
        retries + 1 if retries and isinstance(retries, int) else 1,
        str(request.get("id") or ""),
    )


def queue_of(request: Mapping[str, Any]) -> str:
    """The queue, or what leads to it: Celery's default is a nameless exchange and the queue as the routing key.

    Behind an exchange of another name routing keys may be anything; the exchange is one of few.
    """
    info = request.get("delivery_info")
    if type(info) is not dict and not isinstance(info, Mapping):
        return ""
    exchange, key = info.get("exchange") or "", info.get("routing_key") or ""
    return str(exchange if exchange and exchange != key else key)


def _due(eta: object) -> float | None:
    """Unix seconds of an ETA: text in ISO 8601, in UTC unless it says otherwise."""
    if not isinstance(eta, str):
        return None
    try:
        when = datetime.fromisoformat(eta)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
