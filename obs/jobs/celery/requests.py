"""What only the worker's main process sees: tasks that it throws away, and children that die over one."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, time
from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs.celery import prefork
from obs.jobs.celery.given_back import GivenBack
from obs.jobs.celery.message import message
from obs.jobs.delivery import ended_elsewhere, lost
from obs.jobs.outcomes import KILLED, REJECTED, TIMED_OUT
from obs.labels import hide_frame
from obs.patches import Patch

KILLING = frozenset({"WorkerLostError", "Terminated", "SystemExit"})
"""Of these a child dies before it can count its task. The last is the task's own."""


def patches(request: ModuleType) -> list[Patch]:
    """``request`` is ``celery.worker.request``."""
    given_back = GivenBack()
    return [
        Patch(request.Request, "_announce_revoked", _announce_revoked),
        Patch(request.Request, "on_accepted", _Accepting(given_back).on_accepted),
        Patch(request.Request, "on_timeout", _on_timeout),
        Patch(request.Request, "on_failure", _on_failure),
        Patch(request.Request, "reject", _Accepting(given_back).reject),
    ]


class _Accepting:
    """A task begins; and one is given back, which is why the broker delivers it again."""

    def __init__(self, given_back: GivenBack) -> None:
        self._given_back = given_back

    def on_accepted(self, original: Callable[..., Any]) -> Any:
        def on_accepted(request: Any, *args: Any) -> Any:
            if request.delivery_info.get("redelivered"):
                self._again(request)
            return _passing(original, request, *args)

        return on_accepted

    def reject(self, original: Callable[..., Any]) -> Any:
        def reject(request: Any, requeue: bool = False) -> Any:  # noqa: FBT001, FBT002  Celery's
            if requeue:
                self._given_back.add(request.id)
            return _passing(original, request, requeue)

        return reject

    def _again(self, request: Any) -> None:
        """Without ``acks_late`` a worker that has begun a task has acknowledged it: this one had not been begun."""
        try:
            if request.task.acks_late and not self._given_back.take(request.id):
                lost(message(request.task.name, request.request_dict))
        except Exception:
            fault("jobs: a Celery task that comes again")


def _announce_revoked(original: Callable[..., Any]) -> Any:
    def _announce_revoked(self: Any, reason: str, terminated: bool, *args: Any, **kwargs: Any) -> Any:  # noqa: FBT001
        if not terminated:  # then it has not begun: revoked before, or expired
            _count(self, 0.0, REJECTED)
        return _passing(original, self, reason, terminated, *args, **kwargs)

    return _announce_revoked


def _on_timeout(original: Callable[..., Any]) -> Any:
    def on_timeout(self: Any, soft: bool, timeout: float) -> Any:  # noqa: FBT001  Celery's
        if not soft:
            _died(self, TIMED_OUT)
        return _passing(original, self, soft, timeout)

    return on_timeout


def _on_failure(original: Callable[..., Any]) -> Any:
    def on_failure(self: Any, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        if _killed(exc_info):
            _died(self, KILLED)
        return _passing(original, self, exc_info, *args, **kwargs)

    return on_failure


def _killed(exc_info: Any) -> bool:
    error = getattr(exc_info, "exception", None)
    return type(getattr(error, "exc", error)).__name__ in KILLING


def _died(request: Any, outcome: str) -> None:
    try:
        if not prefork.counts_itself(request.worker_pid, request.id):
            _count(request, _ran(request), outcome)
    except Exception:
        fault("jobs: a Celery task whose process died")


def _ran(request: Any) -> float:
    """Seconds from when a child began with it to when billiard saw that child dead; Celery waits 10 more for a result.

    https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-lost-wait
    """
    reference = request._apply_result  # noqa: SLF001
    job = reference() if callable(reference) else None
    seen = getattr(job, "_worker_lost", None)
    since = monotonic() - seen[0] if seen else 0.0
    return time() - since - request.time_start if request.time_start else 0.0


def _count(request: Any, seconds: float, outcome: str) -> None:
    try:
        ended_elsewhere(message(request.task.name, request.request_dict), seconds, outcome)
    except Exception:
        fault("jobs: a Celery task that ended elsewhere")


def _passing(original: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(*args, **kwargs)
    except BaseException as error:
        hide_frame(error)
        raise
