"""Huey's consumer: where its queue is, how many jobs its process can run, and the end of those that it forks."""

from __future__ import annotations

from collections.abc import Callable
from os import getpid
from typing import Any

from obs.errors import fault
from obs.jobs.delivery import leaving
from obs.jobs.huey.broker import Brokers
from obs.jobs.huey.task import SYSTEM
from obs.jobs.slots import slots
from obs.labels import hide_frame


class _State:
    started = 0
    """The process that a consumer was started in: its workers of the kind ``process`` are others."""


_state = _State()


def start(brokers: Brokers, original: Callable[..., Any]) -> Any:
    """Of ``Consumer.start``, which starts the workers."""

    def start(self: Any) -> Any:
        try:
            _state.started = getpid()
            # Also where none are here but in processes to be forked: what takes time and locks is done before.
            slots(SYSTEM, 0 if self.worker_type == "process" else self.workers)
            brokers.tell(self.huey)
        except Exception:
            fault("jobs: the start of a Huey consumer")
        try:
            return original(self)
        except BaseException as error:
            hide_frame(error)
            raise

    return start


def initialize(original: Callable[..., Any]) -> Any:
    """Of ``Worker.initialize``: the first that a worker does, in its process."""

    def initialize(self: Any) -> Any:
        if forked():
            slots(SYSTEM, 1)
        try:
            return original(self)
        except BaseException as error:
            hide_frame(error)
            raise

    return initialize


def shutdown(original: Callable[..., Any]) -> Any:
    """Of ``Worker.shutdown``: the last. What multiprocessing forks ends without Python's own exit."""

    def shutdown(self: Any) -> Any:
        try:
            return original(self)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            if forked():
                leaving()

    return shutdown


def forked() -> bool:
    """Whether this process is a worker that a consumer has forked."""
    return _state.started not in (0, getpid())
