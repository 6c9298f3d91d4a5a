"""Running a task: one Work around Celery's own tracer of it, in whatever process, thread or greenlet that runs."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs.celery.message import message
from obs.jobs.celery.prefork import counts, is_child
from obs.jobs.delivery import Delivery, deliver, finish, forget
from obs.jobs.outcomes import FAILED, KILLED, OK, REJECTED, RETRIED, TIMED_OUT
from obs.labels import hide_frame
from obs.patches import Patch

OUTCOMES = {"RETRY": RETRIED, "REJECTED": REJECTED, "IGNORED": OK}
"""By Celery's state, of those that are no failure."""

ESCAPES = {"Reject": REJECTED, "GreenletExit": KILLED}
"""By the exception's name. The last ends a greenlet: it was revoked while it ran."""

TIMEOUTS = frozenset({"SoftTimeLimitExceeded", "TimeLimitExceeded", "Timeout"})
"""The last is gevent's, which the hard limit is in its pool."""


def patches(trace: ModuleType) -> list[Patch]:
    """``trace`` is ``celery.app.trace``."""
    return [Patch(trace, "build_tracer", _build_tracer)]


def _build_tracer(original: Callable[..., Any]) -> Any:
    def build_tracer(name: str, task: Any, *args: Any, **kwargs: Any) -> Any:
        tracer = original(name, task, *args, **kwargs)

        def trace_task(uuid: str, task_args: Any, task_kwargs: Any, request: Any = None) -> Any:
            delivery = _begin(name, request)
            if delivery is None:
                return tracer(uuid, task_args, task_kwargs, request)
            try:
                result = delivery.sort.label(tracer, uuid, task_args, task_kwargs, request)
            except BaseException as error:
                hide_frame(error)
                _escaped(delivery, error)
                raise
            _end(delivery, result)
            counts(uuid)
            return result

        return trace_task

    return build_tracer


def _begin(name: str, request: Any) -> Delivery | None:
    try:
        return deliver(message(name, request or {}))
    except Exception:
        fault("jobs: the opening of a Celery task")
        return None


def _end(delivery: Delivery, result: Any) -> None:
    """``result`` is a ``trace_ok_t``: what it has under ``info`` is None, or Celery's state and the exception."""
    try:
        info = result.info
        if info is None:
            finish(delivery)
        else:
            error = info.retval if isinstance(info.retval, BaseException) else None
            outcome = OUTCOMES.get(info.state) or (TIMED_OUT if _is_timeout(error) else FAILED)
            finish(delivery, error, outcome)
    except Exception:
        fault("jobs: the end of a Celery task")
        finish(delivery)


def _escaped(delivery: Delivery, error: BaseException) -> None:
    """It ends with ``error``, of which Celery lets few pass."""
    kind = type(error).__name__
    if isinstance(error, SystemExit) and is_child():
        forget(delivery)  # a time limit or a revocation ends the process: the main one knows which
    else:
        finish(delivery, error, ESCAPES.get(kind) or (TIMED_OUT if _is_timeout(error) else ""))


def _is_timeout(error: BaseException | None) -> bool:
    return type(error).__name__ in TIMEOUTS
