"""What only the worker's main process sees: tasks that it throws away, and children that die over one."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs.celery import prefork
from obs.jobs.celery.message import message
from obs.jobs.delivery import ended_elsewhere
from obs.jobs.outcomes import KILLED, REJECTED, TIMED_OUT
from obs.labels import hide_frame
from obs.patches import Patch

KILLING = frozenset({"WorkerLostError", "Terminated"})


def patches(request: ModuleType) -> list[Patch]:
    """``request`` is ``celery.worker.request``."""
    return [
        Patch(request.Request, "_announce_revoked", _announce_revoked),
        Patch(request.Request, "on_timeout", _on_timeout),
        Patch(request.Request, "on_failure", _on_failure),
    ]


def _announce_revoked(original: Callable[..., Any]) -> Any:
    def _announce_revoked(self: Any, reason: str, terminated: bool, *args: Any, **kwargs: Any) -> Any:  # noqa: FBT001
        if not terminated:  # then it has not begun: revoked before, or expired
            _count(self, 0.0, REJECTED)
        return _passing(original, self, reason, terminated, *args, **kwargs)

    return _announce_revoked


def _on_timeout(original: Callable[..., Any]) -> Any:
    def on_timeout(self: Any, soft: bool, timeout: float) -> Any:  # noqa: FBT001  Celery's
        if not soft and _is_elsewhere(self):
            _count(self, _ran(self), TIMED_OUT)
        return _passing(original, self, soft, timeout)

    return on_timeout


def _on_failure(original: Callable[..., Any]) -> Any:
    def on_failure(self: Any, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        if _is_elsewhere(self) and _killed(exc_info):
            _count(self, _ran(self), KILLED)
        return _passing(original, self, exc_info, *args, **kwargs)

    return on_failure


def _killed(exc_info: Any) -> bool:
    error = getattr(exc_info, "exception", None)
    return type(getattr(error, "exc", error)).__name__ in KILLING


def _is_elsewhere(request: Any) -> bool:
    """Whether a child has begun with it. In a pool of threads or greenlets its own Work says how it ended."""
    return prefork.is_main() and request.worker_pid is not None


def _ran(request: Any) -> float:
    """Seconds since a child began with it."""
    return time() - request.time_start if request.time_start else 0.0


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
