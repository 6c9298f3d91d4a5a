"""Streaming pull: each call of a subscription's callback is a job."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import Any

from obs.errors import fault
from obs.jobs.pubsub import capacity
from obs.jobs.pubsub.job import Job, begin
from obs.labels import hide_frame
from obs.patches import Patch


def patches(streaming_pull_manager: Any) -> list[Patch]:
    """What makes every subscription that is opened from now on measured."""
    return [Patch(streaming_pull_manager.StreamingPullManager, "open", _open)]


def _open(original: Any) -> Any:
    def open_(self: Any, callback: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            # In an empty context: the threads that it starts live as long as the subscription. They, and with them
            # each delivery, would belong to a Work that happens to subscribe.
            result = Context().run(original, self, _measured(callback, self), *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        capacity.opened(self)
        return result

    return open_


def _measured(callback: Callable[[Any], Any], manager: Any) -> Callable[[Any], Any]:
    """``callback``, each call of which is a job."""

    def call(message: Any) -> Any:
        job = _begin(message, manager)
        try:
            result = callback(message) if job is None else job.delivery.sort.label(callback, message)
        except BaseException as error:
            hide_frame(error)
            if job is not None:
                job.end(error)
            raise
        if job is not None:
            job.end() if job.outcome else job.hand_on(message)
        return result

    return call


def _begin(message: Any, manager: Any) -> Job | None:
    try:
        return begin(message, manager)
    except Exception:
        fault("jobs: the beginning of a Pub/Sub delivery")
        return None
