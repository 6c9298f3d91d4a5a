"""Tracing with OpenTelemetry: sampling first, one trace per Work, export off the loop.

Importing this imports no OpenTelemetry, so obs.instrument may do it before gevent patches. What it calls:

- :func:`setup` with the Config, any time; then :func:`load` once the service has imported what it serves with (right
  after Flask, else when the server starts), which takes the imports' time; :func:`teardown` to end it;
- :func:`prepare` in a process that forks: its children find made what each would make anew.

What opens and closes Works calls (none of them raises):

- :func:`begin` when a Work opens and is current: decides, sets ``work.sampled``, makes the context current;
- or :func:`begin_by_hand` and :func:`end_by_hand`, if no server's environ describes it, and :func:`leave_by_hand` where
  it stays open but is current no more;
- :func:`end` when it has closed (``ended``, ``status`` and ``error`` set, ``environ`` still there);
- :func:`attach` and :func:`detach` around a part of it that runs where it isn't current: a step of a streamed body on
  another thread. Where it is still current, so is its OpenTelemetry context;
- and only for a Work whose ``span`` is not None: :func:`respond` before the server's ``start_response``,
  :func:`failed` for an exception that escapes a handler, also when Flask makes a 500 of it, and :func:`enter_flask` and
  :func:`leave_flask` around Flask's ``full_dispatch_request``.

What sends messages calls :func:`begin_send` and :func:`end_send`, or :func:`inject`; :func:`traceparent` is a Work's
header, :func:`keep` makes a span of a Work that ended unseen, and :func:`flush` is for processes that just vanish.

``obs.LogFilter`` is :class:`TraceFilter`.
"""

from __future__ import annotations

from obs.tracing.by_hand import begin_by_hand, end_by_hand, leave_by_hand
from obs.tracing.gate import attach, begin, detach, end, load, prepare, ready, setup, teardown
from obs.tracing.logs import TraceFilter
from obs.tracing.messages import begin_send, end_send, flush, inject, keep, traceparent
from obs.tracing.recording import enter_flask, failed, leave_flask, respond

__all__ = [
    "TraceFilter",
    "attach",
    "begin",
    "begin_by_hand",
    "begin_send",
    "detach",
    "end",
    "end_by_hand",
    "end_send",
    "enter_flask",
    "failed",
    "flush",
    "inject",
    "keep",
    "leave_by_hand",
    "leave_flask",
    "load",
    "prepare",
    "ready",
    "respond",
    "setup",
    "teardown",
    "traceparent",
]
