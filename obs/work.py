"""Work: one thing a service does for somebody, and which one is current here.

http and jobs open and close Work; metrics count it; traces and profiles bear its name. The current one travels in a
context variable, so it is right in every greenlet and thread that obs's runtime carries it to.
"""

from __future__ import annotations

import random
from contextvars import ContextVar
from time import perf_counter, time_ns
from typing import Any, Literal

Kind = Literal["request", "job"]


class Work:
    """A request or a job, from its opening to its close.

    Opening one is on the path of every request, so its fields are slots, and whoever opens one sets them all: a default
    on the class, or a ``__getattr__`` for those that are unset, makes 3.11 read every field at a tenth of its speed.
    """

    __slots__ = (
        *("kind", "name", "feature", "team", "parent", "started", "ended", "error", "status"),
        *("sampled", "traceparent", "trace_id", "span_id", "parent_span_id", "draw"),
        *("span", "context", "attached", "span_context", "tracestate"),
        *("cpu", "held", "delay", "wait", "account", "gc_ns"),
        "__weakref__",
    )

    kind: Kind
    name: str
    """``GET /users/<int:id>``, ``push.notify``: bounded, never an id, a path or an argument."""
    feature: str
    team: str
    parent: Work | None
    """The Work it was opened in, for one nested in another."""
    started: float
    """``perf_counter`` at the opening. In seconds: CPython is twice as fast with those as with so many nanoseconds."""
    ended: float
    """The same at the close; 0 while it is open."""
    error: type[BaseException] | None
    """The type of the exception that escaped the handler, also when a framework made a 500 of it."""
    status: str
    """How it was answered: a request's three digits."""
    sampled: bool
    """Whether its trace is recorded: decided at the start, before anything is spent on it."""
    traceparent: str | None
    """The caller's W3C ``traceparent`` header as it came, until somebody asks for the ids."""
    trace_id: int
    """128 bits; 0 until somebody asks (:meth:`ids`)."""
    span_id: int
    """64 bits; 0 until somebody asks."""
    parent_span_id: int
    cpu: float
    """Seconds that its Python ran. This and the next three add up to the duration; all 0 where nobody accounts."""
    held: float
    """Seconds that it held the loop without using CPU."""
    delay: float
    """Seconds that it was ready, and the loop was busy with other work."""
    wait: float
    """Seconds that nothing of it could run."""
    account: Any
    """Where obs.runtime.accounting keeps its clocks while it is open; None before it is first switched away from."""
    gc_ns: int
    """Nanoseconds that garbage collections stopped it; unset until the first, since few Works see one."""
    draw: int
    """The low half of its trace id, if a sampler drew one to decide by; 0: none was drawn."""

    # What obs.tracing keeps here, to have no second object per Work:
    span: Any
    """The span being recorded, if the Work is sampled."""
    context: Any
    """The OpenTelemetry context it runs in; None if tracing is off."""
    attached: Any
    """What takes that context off again, if it had to be attached."""
    span_context: Any
    """Its ids as an OpenTelemetry SpanContext, once somebody has asked."""
    tracestate: Any
    """The caller's W3C tracestate, parsed, if there was one."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind = kind
        self.name = name
        self.started = perf_counter()
        self.feature = self.team = self.status = ""
        self.ended = 0.0
        self.trace_id = self.span_id = self.parent_span_id = self.draw = 0
        self.parent = self.error = self.traceparent = self.tracestate = None
        self.span = self.context = self.attached = self.span_context = None
        self.sampled = False
        self.cpu = self.held = self.delay = self.wait = 0.0
        self.account = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    @property
    def duration(self) -> float:
        """Seconds from opening to close, or to now while it is open."""
        return (self.ended or perf_counter()) - self.started

    @property
    def started_ns(self) -> int:
        """:attr:`started` as ``perf_counter_ns`` has it."""
        return round(self.started * 1e9)

    @property
    def ended_ns(self) -> int:
        """:attr:`ended` as ``perf_counter_ns`` has it; 0 while it is open."""
        return round(self.ended * 1e9)

    @property
    def gc_pause(self) -> float:
        """Seconds of its duration that the process was stopped for garbage collections."""
        return getattr(self, "gc_ns", 0) / 1e9

    def wall_ns(self, clock: float) -> int:
        """A reading of this Work's clock (``perf_counter``) as Unix time in nanoseconds."""
        return time_ns() - round((perf_counter() - clock) * 1e9)

    def ids(self) -> tuple[int, int]:
        """``(trace_id, span_id)``, made now if nobody asked before: the caller's trace, the parent's, or a new one."""
        if not self.trace_id:
            self.trace_id, self.parent_span_id = self._origin()
            self.span_id = random.getrandbits(64) or 1
        return self.trace_id, self.span_id

    def _origin(self) -> tuple[int, int]:
        if self.parent is not None:
            return self.parent.ids()
        if self.traceparent is not None:
            trace_id, span_id, _ = parse_traceparent(self.traceparent)
            if trace_id:
                return trace_id, span_id
        return random.getrandbits(64) << 64 | (self.draw or random.getrandbits(64) or 1), 0


current: ContextVar[Work | None] = ContextVar("obs.work", default=None)
"""The Work that this greenlet or thread serves. Use ``current.get()`` on hot paths."""


def get_current() -> Work | None:
    """The request or job that this greenlet or thread serves, or None: ``obs.current()``."""
    return current.get()


def parse_traceparent(header: str) -> tuple[int, int, bool]:
    """``(trace_id, parent_span_id, sampled)`` of a W3C traceparent, or ``(0, 0, False)`` if it is not a valid one.

    https://www.w3.org/TR/trace-context/#traceparent-header: a later version may carry more fields; ``ff`` is invalid.
    """
    parts = header.strip().split("-")
    if len(parts) < 4 or [len(p) for p in parts[:4]] != [2, 32, 16, 2] or (parts[0] == "00" and len(parts) > 4):
        return 0, 0, False
    digits = "".join(parts[:4])
    if parts[0] == "ff" or not set(digits) <= _HEX:
        return 0, 0, False
    trace_id, span_id = int(parts[1], 16), int(parts[2], 16)
    if not trace_id or not span_id:
        return 0, 0, False
    return trace_id, span_id, bool(int(parts[3], 16) & 1)


_HEX = frozenset("0123456789abcdef")
