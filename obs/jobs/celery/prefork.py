"""The prefork pool: billiard ends its children without Python's own exit, and the main process says how."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from obs.jobs.celery.counted import Counted
from obs.jobs.delivery import leaving
from obs.labels import hide_frame
from obs.patches import Patch


class _State:
    is_child = False
    counted: Counted | None = None
    """Of a worker with such a pool, in its main process and in the children that it forks."""


_state = _State()


def patches(prefork: ModuleType) -> list[Patch]:
    """``prefork`` is ``celery.concurrency.prefork``."""
    return [
        Patch(prefork, "process_initializer", _process_initializer),
        Patch(prefork, "process_destructor", _process_destructor),
    ]


def starts(pool: Any) -> None:
    """A worker starts in this process, with a pool of this class."""
    is_prefork = getattr(pool, "__module__", "") == "celery.concurrency.prefork"
    _state.counted = Counted() if is_prefork else None


def is_child() -> bool:
    """Whether this process is one of a pool's."""
    return _state.is_child


def counts(task_id: str) -> None:
    """The task is counted here, if here is a child."""
    if _state.is_child and _state.counted is not None:
        _state.counted.say(task_id)


def counts_itself(pid: int | None, task_id: str) -> bool:
    """Whether this process leaves it to ``pid``, which Celery says has begun with the task, to count it.

    In a pool of threads or greenlets a task's own Work says how it ended. A child does so too, unless it died before.
    """
    if pid is None or _state.counted is None or _state.is_child:
        return True
    return _state.counted.has(pid, task_id)


def _process_initializer(original: Callable[..., Any]) -> Any:
    def process_initializer(*args: Any, **kwargs: Any) -> Any:
        _state.is_child = True
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    return process_initializer


def _process_destructor(original: Callable[..., Any]) -> Any:
    def process_destructor(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            leaving()

    return process_destructor
