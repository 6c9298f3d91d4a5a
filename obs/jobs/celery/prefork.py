"""A child of the prefork pool: billiard ends it without Python's own exit, and the main process says how."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from obs.jobs.delivery import leaving
from obs.labels import hide_frame
from obs.patches import Patch


class _State:
    is_child = False
    is_main = False


_state = _State()


def patches(prefork: ModuleType) -> list[Patch]:
    """``prefork`` is ``celery.concurrency.prefork``."""
    return [
        Patch(prefork, "process_initializer", _process_initializer),
        Patch(prefork, "process_destructor", _process_destructor),
    ]


def is_child() -> bool:
    """Whether this process is one of a pool's."""
    return _state.is_child


def is_main() -> bool:
    """Whether this process is the one that has them."""
    return _state.is_main and not _state.is_child


def starts(pool: Any) -> None:
    """A worker starts in this process, with a pool of this class."""
    _state.is_main = getattr(pool, "__module__", "") == "celery.concurrency.prefork"


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
