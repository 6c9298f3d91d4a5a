"""Beside Google's own OpenTelemetry spans (``enable_open_telemetry_tracing``), which are off unless a service asks.

Of a publication they have one of the same meaning as obs's, so obs makes none. Of a delivery they have one for its
way through the client, ``NAME subscribe``, which obs's goes under, and one for the callback, ``NAME process``, which
obs's stands in for: what Google's client tells of that is told of the Work's.
https://github.com/googleapis/google-cloud-python/tree/main/packages/google-cloud-pubsub/google/cloud/pubsub_v1/open_telemetry
"""

from __future__ import annotations

from typing import Any

from obs.work import Work


def of_client(client: Any) -> bool:
    """Whether this publisher makes spans of its own."""
    return bool(getattr(client, "open_telemetry_enabled", False))


def parent(message: Any) -> str:
    """The ``traceparent`` of the client's span of this delivery; empty if it makes none."""
    data = getattr(message, "opentelemetry_data", None)
    span = getattr(data, "subscribe_span", None)
    if span is None:
        return ""
    context = span.get_span_context()
    return (
        f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}" if context.is_valid else ""
    )


def stand_in(message: Any, work: Work) -> None:
    """The span of ``work``, if it is recorded, is the delivery's: the client's own is never ended, so not exported."""
    data = getattr(message, "opentelemetry_data", None)
    if data is not None and work.span is not None:
        data._process_span = work.span  # noqa: SLF001  only its own code sets it
