"""A worker runs a task: one delivery, from when it is taken up until Huey is through with it.

What Huey does around the function is inside: it looks whether the task was revoked, stores the result, and sends what
comes next, whose trace goes on from this one's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from obs.errors import fault
from obs.jobs.delivery import deliver
from obs.jobs.huey.outcome import RUN, SIGNALS, Run
from obs.jobs.huey.task import message_of
from obs.labels import hide_frame


def execute(original: Callable[..., Any]) -> Any:
    def execute(self: Any, task: Any, timestamp: Any = None) -> Any:
        try:
            if timestamp is None:
                timestamp = self._get_timestamp()  # ours and Huey's is one: of two, only one might be past the ETA
            run = begin(self, task, timestamp)
        except Exception:
            fault("jobs: the beginning of a Huey task")
            run = None
        if run is None:
            return original(self, task, timestamp)
        try:
            result = run.delivery.sort.label(original, self, task, timestamp)
        except BaseException as error:
            hide_frame(error)
            end(task, run, error)
            raise
        end(task, run)
        return result

    return execute


def begin(huey: Any, task: Any, timestamp: Any) -> Run | None:
    """Open the delivery of ``task``; None if Huey will put it on the schedule, headers and all, or if obs is off."""
    if not huey.ready_to_run(task, timestamp):
        return None
    message = message_of(huey, task)
    delivery = deliver(message)
    if delivery is None:
        return None
    task.__dict__[RUN] = run = Run(delivery, message.attempt, task.__dict__.get(RUN))
    return run


def end(task: Any, run: Run, error: BaseException | None = None) -> None:
    """Close it. Never raises."""
    try:
        task.__dict__[RUN] = run.around
        run.finish(error)
    except Exception:
        fault("jobs: the end of a Huey task")


def emit(original: Callable[..., Any]) -> Any:
    """Of ``Huey._emit``, which tells of each step of a task."""

    def _emit(self: Any, signal: Any, task: Any, *args: Any, **kwargs: Any) -> Any:
        if signal in SIGNALS:
            try:
                run = task.__dict__.get(RUN)
                if run is not None:
                    run.told(SIGNALS[signal], args)
            except Exception:
                fault("jobs: the outcome of a Huey task")
        try:
            return original(self, signal, task, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    return _emit
