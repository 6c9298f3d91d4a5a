"""RQ jobs that are sent: for the first time, once more, or only on from where they waited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from obs.errors import fault
from obs.jobs.due import DUE
from obs.jobs.message import SENT
from obs.jobs.redis_queues import RedisQueues
from obs.jobs.rq.carried import Carried, carried, carry
from obs.jobs.rq.message import ATTEMPT, SYSTEM, attempt, called, called_unread
from obs.jobs.sending import sending
from obs.labels import hide_frame
from obs.work import current

WAITED = ("scheduled", "deferred", "ready_to_enqueue", "rate_limited")
"""The states of a job that was sent before and comes into its queue only now."""


def enqueues(told: RedisQueues, original: Any) -> Any:
    """Around what puts a job into a queue."""

    def enqueue(self: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            with _around(told, self, job):
                return original(self, job, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    return enqueue


def schedules(told: RedisQueues, original: Any) -> Any:
    """Around what keeps a job until a time."""

    def schedule(self: Any, job: Any, datetime: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            with _around(told, self, job, datetime):
                return original(self, job, datetime, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    return schedule


def _around(told: RedisQueues, queue: Any, job: Any, due: Any = None) -> AbstractContextManager[object]:
    try:
        before = carried(job)
        if before is None or not before.stored:
            if before is not None and before.sending:
                return nullcontext()
            first = _first(queue, job, due)
            tell(told, queue)  # after that has opened the run folder
            return first
        if before.sending or (due is None and job.get_status(refresh=False) in WAITED):
            return nullcontext()
        return _again(queue, job, before, due)
    except Exception:
        fault("rq: the sending of a job")
        return nullcontext()


def tell(told: RedisQueues, *queues: Any) -> None:
    """Where these are, if their keys are RQ's usual ones; all are of one connection."""
    names = tuple(queue.name for queue in queues if queue.key == f"rq:queue:{queue.name}")
    if names:
        told.tell(queues[0].connection, names)


def _first(queue: Any, job: Any, due: Any) -> AbstractContextManager[object]:
    """Nobody has sent it yet."""
    mine = carry(job, _due(due))
    return _while_sent(mine, sending(called(job), queue.name, SYSTEM, mine.headers))


def _again(queue: Any, job: Any, before: Carried, due: Any) -> AbstractContextManager[object]:
    """It was tried, or it repeats.

    Where no Work is current, who sends it has no trace: the worker whose child died, maintenance, ``rq requeue``. Then
    it stays in the trace that it came from.
    """
    headers = _due(due)
    repeats = job.get_status(refresh=False) == "finished"
    if not repeats:
        headers[ATTEMPT] = str(attempt(job, before.headers) + 1)
    inside = current.get() is not None
    if not inside:
        headers = {name: value for name, value in before.headers.items() if name not in (SENT, DUE, ATTEMPT)} | headers
    mine = carry(job, headers, stored=True)
    mine.running = before.running
    name = called(job) if before.running else called_unread(job)
    retry_of = before.running.delivery if before.running and not repeats else None
    return _while_sent(mine, sending(name, queue.name, SYSTEM, headers, retry_of=retry_of, span=inside))


def _due(moment: Any) -> dict[str, Any]:
    """Of a naive time RQ thinks as Python does: it is local."""
    return {} if moment is None else {DUE: repr(moment.timestamp())}


@contextmanager
def _while_sent(mine: Carried, send: AbstractContextManager[object]) -> Iterator[None]:
    """``send``; what it calls knows that it goes on already."""
    mine.sending = True
    try:
        with send:
            yield
    finally:
        mine.sending = False
