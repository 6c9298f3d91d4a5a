"""The trace of a Work that no server's environ describes: a job, or a request that the service opens itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from obs.errors import fault
from obs.tracing import gate, messages
from obs.work import Work


def begin_by_hand(
    work: Work,
    attributes: Callable[[], dict[str, Any]],
    carrier: Mapping[str, str] | None = None,
    links: Sequence[str] = (),
) -> None:
    """As :func:`obs.tracing.begin`, for ``work`` that is current and named already.

    ``attributes``: what a span of it bears; asked for only if it is recorded. ``carrier``: what was sent along with it,
    by the headers' names in any case (``traceparent``, ``tracestate``, ``baggage``), if it came from elsewhere.
    ``links`` are the ``traceparent`` of what else it comes from: without a carrier, of all that it comes from.
    """
    if links and carrier is None:
        messages.begin_linked(work, list(links))
    else:
        gate.begin(work, environ(carrier) if carrier else {})
    try:
        if work.span is not None:
            from obs.tracing.describing import describe

            describe(work.span, attributes())
            _link(work, links)
    except Exception:
        fault("tracing: the attributes of a Work")


def _link(work: Work, links: Sequence[str]) -> None:
    if links:
        from obs.tracing import producer

        for header in links:
            producer.link(work.span, header)


def leave_by_hand(work: Work, around: Work | None) -> None:
    """``work`` goes on without being current here, where ``around`` is from now on."""
    if work.attached is not None:
        work.attached = None
        _put(around)


def end_by_hand(work: Work, around: Work | None) -> None:
    """As :func:`obs.tracing.end`; ``around`` is current from now on: the parent, or if that has ended, one outside it.

    A parent that ended first (two generators that interleave) would be put back, and stay: it is replaced.
    """
    gate.end(work)
    if work.parent is not around:
        _put(around)


def _put(around: Work | None) -> None:
    """Make the context of ``around`` OpenTelemetry's current one."""
    try:
        state = gate.ready()
        if state.on:
            state.variable.set(_nothing(state) if around is None or around.context is None else around.context)
    except Exception:
        fault("tracing: the context after a Work")


def _nothing(state: gate.Gate) -> Any:
    """The context of where nothing was attached."""
    if state.nothing is not None:
        return state.nothing
    from opentelemetry.context import Context

    return Context()


def environ(carrier: Mapping[str, str]) -> dict[str, str]:
    """The headers under the names that a WSGI server gives them, by which obs and its propagators look for them."""
    if len(carrier) == 1 and "traceparent" in carrier:  # as most are
        return {"HTTP_TRACEPARENT": carrier["traceparent"]}
    return {_variable(name): value for name, value in carrier.items()}


@lru_cache(256)
def _variable(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"
