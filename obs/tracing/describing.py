"""Attributes that obs itself gives a span."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.sdk.trace import Span


def describe(span: Span, attributes: Mapping[str, Any]) -> None:
    """As ``span.set_attributes``, for texts and numbers under names of OpenTelemetry's or obs's own.

    The SDK looks at each one, for 2 µs. That is left out where no limit of the service's is near
    (``OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT``, ``OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT``).
    """
    held: Any = span._attributes  # noqa: SLF001  there is no public way past the looks
    kept = getattr(held, "_dict", None)
    if (
        type(kept) is dict  # an SDK that keeps them otherwise is asked
        and held.max_value_len is None
        and (held.maxlen is None or len(held) + len(attributes) <= held.maxlen)
    ):
        kept.update(attributes)  # in one step: other threads may set some too
    else:
        span.set_attributes(attributes)
