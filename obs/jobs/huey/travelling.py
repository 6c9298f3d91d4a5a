"""The way of a task's headers through Huey's serializer: written behind its pickle, and read there.

Huey's message has no place for headers, and an argument more would break a worker without obs. So they go behind the
pickle (:mod:`obs.jobs.trailer`), inside of whatever compresses or signs it. A serializer that doesn't pickle with
Huey's own ``Serializer`` carries none: its jobs are measured all the same, without a queue wait and a caller's trace.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from obs.errors import fault
from obs.jobs import trailer
from obs.jobs.huey.task import HEADERS
from obs.labels import hide_frame

_message: ContextVar[dict[str, str] | None] = ContextVar("obs.jobs.huey", default=None)
"""The headers of the message that is being written, or a place for those of the one that is being read."""


def serialize_task(original: Callable[..., Any]) -> Any:
    def serialize_task(self: Any, task: Any) -> Any:
        token = _message.set(task.__dict__.get(HEADERS))
        try:
            return original(self, task)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            _message.reset(token)

    return serialize_task


def serialize(original: Callable[..., Any]) -> Any:
    """Of ``Serializer._serialize``, which results go through as well."""

    def _serialize(self: Any, data: Any) -> Any:
        try:
            written = original(self, data)
        except BaseException as error:
            hide_frame(error)
            raise
        headers = _message.get()
        try:
            return trailer.append(written, headers) if headers else written
        except Exception:
            fault("jobs: the headers of a Huey task")
            return written

    return _serialize


def deserialize_task(original: Callable[..., Any]) -> Any:
    def deserialize_task(self: Any, data: Any) -> Any:
        headers: dict[str, str] = {}
        token = _message.set(headers)
        try:
            task = original(self, data)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            _message.reset(token)
        if task is not None:
            setattr(task, HEADERS, headers)
        return task

    return deserialize_task


def deserialize(original: Callable[..., Any]) -> Any:
    """Of ``Serializer._deserialize``: ``data`` is not compressed any more, and its signature is right."""

    def _deserialize(self: Any, data: Any) -> Any:
        headers = _message.get()
        if headers is not None:
            try:
                headers.update(trailer.read(data))
            except Exception:
                fault("jobs: the headers of a Huey task")
        try:
            return original(self, data)
        except BaseException as error:
            hide_frame(error)
            raise

    return _deserialize
