"""The trace of what is sent from one process to another by message: what a job bears with it, and its sender's span.

Light, as the gate is: OpenTelemetry is imported by what this calls only, when it is here already.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from random import getrandbits
from typing import Any, Protocol

from obs.errors import fault
from obs.tracing import gate
from obs.work import Work, current


class Sent(Protocol):
    """What is sent: a job of a queue."""

    name: str
    system: str
    queue: str


def traceparent(work: Work) -> str:
    """The W3C header of ``work``. https://www.w3.org/TR/trace-context/#traceparent-header"""
    trace_id, span_id = work.ids()
    return f"00-{trace_id:032x}-{span_id:016x}-{'01' if work.sampled else '00'}"


def inject(headers: MutableMapping[str, Any]) -> None:
    """Write what lets the trace that is current go on elsewhere. Hot for an unsampled Work: 1 µs, against 6."""
    state = gate.ready()
    if not state.on:
        return
    work = current.get()
    if work is not None and _is_plain(state, work):
        headers["traceparent"] = traceparent(work)
    else:
        from opentelemetry import propagate

        propagate.inject(headers)


def _is_plain(state: gate.Gate, work: Work) -> bool:
    """Whether all that the propagators would write is the header of ``work``, which is unsampled."""
    if not state.plain or work.context is not state.unsampled or work.tracestate is not None:
        return False
    here = state.variable.get()
    return here is state.nothing or here is state.unsampled


def begin_send(what: Sent, headers: MutableMapping[str, Any]) -> Any:
    """Begin the PRODUCER span of a send, make it current and write it into ``headers``. What :func:`end_send` takes.

    Under an unsampled Work there is none: its own ids are sent on, with flags 00. Nor for a root that isn't sampled:
    the SDK would take 60 µs to say so.
    """
    state = gate.ready()
    if not state.on:
        return None
    work, draw = current.get(), None
    if work is not None:
        if _is_plain(state, work):
            headers["traceparent"] = traceparent(work)
            return None
    elif state.plain and state.recorder.draws_ids and state.variable.get() is state.nothing:
        draw = getrandbits(64) or 1
        if draw >= state.bound:
            headers["traceparent"] = f"00-{getrandbits(64):016x}{draw:016x}-{getrandbits(64) or 1:016x}-00"
            return None
    from obs.tracing import producer

    return producer.begin(state, what, headers, draw)


def end_send(begun: Any, error: BaseException | None) -> None:
    """End what :func:`begin_send` began; ``error`` has kept the message from being sent."""
    if begun is not None:
        from obs.tracing import producer

        span, token = begun
        gate.detach(token)
        producer.end(span, error)


def begin_linked(work: Work, links: tuple[str, ...] | list[str]) -> None:
    """As :func:`gate.begin` for ``work`` that comes from several messages: a root, recorded if one of theirs is.

    ``links`` are their ``traceparent``.
    """
    state = gate.ready()
    if state.on and state.plain and any(_is_sampled(header) for header in links):
        work.sampled = True
        try:
            state.recorder.begin(work, {})
        except Exception:
            fault("tracing: the beginning of a Work")
    else:
        gate.begin(work, {})


def _is_sampled(header: str) -> bool:
    return len(header) == 55 and header[-1] in "13579bdf"


def keep(work: Work, carrier: Mapping[str, str]) -> None:
    """Keep ``work``, which has ended unseen, as an outlier, if there is room for one; a part of its sender's trace."""
    state = gate.ready()
    if state.on:
        work.traceparent = carrier.get("traceparent")
        state.recorder.keep(work)


def flush(seconds: float) -> None:
    """Send what waits to be sent, within so many seconds: for a process that just vanishes. Never raises."""
    try:
        recorder = gate.recorder()
        if recorder is not None:
            recorder.provider.force_flush(round(seconds * 1000))
    except Exception:
        fault("tracing: the last spans")
