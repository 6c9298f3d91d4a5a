"""Works that were not sampled and turn out to matter: their span is made afterwards, with the ids already sent on."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, Tracer
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from obs.config import Config
from obs.tracing import attributes as http
from obs.tracing import dropped, server
from obs.tracing.blocked import blocked
from obs.work import Work


class Bucket:
    """A token bucket that holds one second's worth, and one token at least."""

    def __init__(self, per_second: float, clock: Callable[[], float] = monotonic) -> None:
        self.per_second = per_second
        self.size = max(per_second, 1.0) if per_second > 0 else 0.0
        self.tokens = self.size
        self._clock = clock
        self._filled = clock()

    def take(self) -> bool:
        """Whether there was a token to take."""
        now = self._clock()
        self.tokens = min(self.size, self.tokens + (now - self._filled) * self.per_second)
        self._filled = now
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True


class Outliers:
    """Keeps slow and failed Works, so many a second."""

    def __init__(self, config: Config, tracer: Tracer, bucket: Bucket | None = None) -> None:
        self.slow = config.slow
        self.tracer = tracer
        self.bucket = bucket or Bucket(config.outliers_per_second)

    def keep(self, work: Work) -> None:
        """Make the span of ``work``, which has ended, unless its reason doesn't hold or the limit is reached."""
        reason = self._reason(work)
        if reason and not self.bucket.take():
            dropped.count("rate_limit")
        elif reason:
            self.tracer.span_processor.on_end(self._span(work, reason))

    def _reason(self, work: Work) -> str:
        if work.error is not None or work.status.startswith("5"):
            return "error"
        # What is long-lived by nature says nothing by its duration.
        return "slow" if work.duration > self.slow and getattr(work, "long", None) is None else ""

    def _span(self, work: Work, reason: str) -> ReadableSpan:
        trace_id, span_id = work.ids()
        sampled = TraceFlags(TraceFlags.SAMPLED)
        parent = work.parent_span_id
        failed = reason == "error"
        return ReadableSpan(
            name=work.name,
            context=SpanContext(trace_id, span_id, is_remote=False, trace_flags=sampled, trace_state=work.tracestate),
            parent=SpanContext(trace_id, parent, is_remote=True, trace_flags=sampled) if parent else None,
            resource=self.tracer.resource,
            attributes=describe(work) | {"obs.kept": reason},
            events=blocked(work),
            kind=server.kind(work),
            status=Status(StatusCode.ERROR, work.error.__qualname__ if work.error else None) if failed else Status(),
            start_time=work.wall_ns(work.started),
            end_time=work.wall_ns(work.ended),
            instrumentation_scope=self.tracer._instrumentation_scope,  # noqa: SLF001
        )


def describe(work: Work) -> dict[str, Any]:
    """The attributes of a Work from what it holds itself: HTTP's, whose it is, and its clocks if it has them."""
    found: dict[str, Any] = {}
    environ = getattr(work, "environ", None)
    if environ is not None:
        found |= http.collect(environ, environ.get("PATH_INFO", ""))
        found |= {http.ROUTE: route} if (route := work.name.partition(" ")[2]).startswith("/") else {}
    found |= http.of_status(work.status) if work.status.isdigit() else {}
    if work.error is not None:
        found["error.type"] = work.error.__qualname__
    found |= {f"obs.{name}": owner for name in ("feature", "team") if (owner := getattr(work, name))}
    return found | server.clocks(work)
