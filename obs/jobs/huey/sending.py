"""A task is sent: by the service, by another task, by Huey's scheduler at a time of the crontab, or again after a try.

``Huey.enqueue`` is called for more than that. A group and a chord come back for each of their members; and the
scheduler hands on what was sent before and is due now, with the headers that it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from obs.errors import fault
from obs.jobs.huey.broker import Brokers
from obs.jobs.huey.outcome import RUN, Run
from obs.jobs.huey.task import ATTEMPT, HEADERS, SYSTEM, name_of
from obs.jobs.sending import sending
from obs.labels import hide_frame


def enqueue(task_class: type, brokers: Brokers, original: Callable[..., Any]) -> Any:
    def enqueue(self: Any, task: Any) -> Any:
        try:
            if not isinstance(task, task_class) or HEADERS in task.__dict__:
                return original(self, task)
            with Sent(self, task):
                brokers.tell(self)
                return original(self, task)
        except BaseException as error:
            hide_frame(error)
            raise

    return enqueue


def requeue(original: Callable[..., Any]) -> Any:
    """Of ``Huey._requeue_task``: a retry is sent, at once or to the schedule, while the try before is still open."""

    def _requeue_task(self: Any, task: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            with Sent(self, task, task.__dict__.get(RUN)):
                return original(self, task, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    return _requeue_task


class Sent:
    """For ``with``, around what writes ``task``: it has new headers meanwhile."""

    def __init__(self, huey: Any, task: Any, tried: Run | None = None) -> None:
        """``tried``: the try that this one repeats."""
        self.task = task
        self.sending = None
        try:
            headers = {ATTEMPT: str(tried.attempt + 1)} if tried else {}
            before = tried.delivery if tried else None
            self.sending = sending(name_of(huey, task), huey.name, SYSTEM, headers, retry_of=before)
            task.__dict__[HEADERS] = headers
        except Exception:
            fault("jobs: the sending of a Huey task")

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self.task.__dict__.pop(HEADERS, None)
        if self.sending is not None:
            self.sending.end(error)
