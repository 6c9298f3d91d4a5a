"""Log records that say which trace and which Work they belong to."""

from __future__ import annotations

import logging
import sys
from typing import Any

from obs.work import current


class TraceFilter(logging.Filter):
    """Gives each record ``trace_id`` and ``span_id`` (hex) and ``work`` (its name); empty strings outside of a Work.

    The ids are those of the OpenTelemetry span that is recording, else the Work's own, also when it isn't sampled: the
    same that it sends on to others. Add it to a handler, to see what every logger sends there.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        work = current.get()
        record.work = work.name if work is not None else ""
        ids = recording() or (work.ids() if work is not None else None)
        record.trace_id, record.span_id = (f"{ids[0]:032x}", f"{ids[1]:016x}") if ids else ("", "")
        return True


def recording() -> tuple[int, int] | None:
    """Trace and span id of the current OpenTelemetry span, if it is recorded; never imports it."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    span = trace.get_current_span() if hasattr(trace, "get_current_span") else None
    if span is None or not span.is_recording():
        return None
    context = span.get_span_context()
    return context.trace_id, context.span_id
