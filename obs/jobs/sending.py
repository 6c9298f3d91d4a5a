"""Sending a job: its span, the trace that goes on in whoever works on it, and the count."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from time import time
from types import TracebackType
from typing import Any

from obs import tracing
from obs.errors import fault
from obs.jobs.message import PREVIOUS, SENT, clean
from obs.jobs.sort import Job
from obs.jobs.sorts import sorts
from obs.labels import hide_frame
from obs.work import Work


class Sending:
    """For ``with``: around the send. What escapes that is an error of its span, and the send isn't counted."""

    __slots__ = ("_job", "_sent")

    def __init__(self, job: Job | None = None, sent: Any = None) -> None:
        self._job = job
        self._sent = sent

    def __enter__(self) -> Sending:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end(error)

    def run(self, send: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """``send(*args, **kwargs)``, which is the send. What escapes it passes untouched."""
        try:
            result = send(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            self.end(error)
            raise
        self.end()
        return result

    def end(self, error: BaseException | None = None) -> None:
        """It is sent, or ``error`` has kept it from being. Never raises; a second call does nothing."""
        job, self._job = self._job, None
        try:
            if job is not None:
                if error is None:
                    job.sent().add(1.0)
                tracing.end_send(self._sent, error)
        except Exception:
            fault("jobs: the end of a send")


def sending(
    name: str,
    queue: str,
    system: str,
    headers: MutableMapping[str, Any],
    *,
    retry_of: Work | None = None,
    span: bool = True,
) -> Sending:
    """A job is about to be sent: writes what travels with it into ``headers``, before anything else is done.

    ``traceparent`` and the like go into it, under the global propagator's names, and :data:`SENT`. ``retry_of``: the
    delivery that this is to repeat. With ``span=False`` somebody else's instrumentation has the span and its headers.
    Never raises; while obs is off it does nothing.
    """
    try:
        here = sorts()
        if here is None:
            return Sending()
        job = here.job(name, queue, system)
        headers[SENT] = f"{time():.6f}"
        if retry_of is not None:
            headers[PREVIOUS] = tracing.traceparent(retry_of)
        return Sending(job, tracing.begin_send(job, headers) if span else None)
    except Exception:
        fault("jobs: a send")
        return Sending()


def inject(headers: MutableMapping[str, Any]) -> None:
    """Write what lets a trace go on into ``headers`` of a message of your own queue: ``obs.inject``.

    ``traceparent``, ``tracestate`` and ``baggage`` (or what the global propagators of OpenTelemetry write), and when it
    was sent. Give them to :func:`extract` where the message is worked on. Does nothing while obs is off.
    """
    try:
        if sorts() is not None:
            headers[SENT] = f"{time():.6f}"
            tracing.inject(headers)
    except Exception:
        fault("jobs: inject")


def extract(headers: object) -> dict[str, str]:
    """What of a message's headers can be what :func:`inject` wrote: ``obs.extract``, for ``obs.work(received=…)``.

    Text only, 8,192 characters at most in all, names in lower case. From anything else it is empty, never an error.
    """
    return clean(headers)
