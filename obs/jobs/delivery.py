"""One delivery of a job to a worker: the Work that every queue's hooks open and close."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter, time
from typing import Any

from obs import tracing
from obs.errors import fault
from obs.jobs.message import PREVIOUS, SENT, Message, clean
from obs.jobs.opened import Opened, passes
from obs.jobs.outcomes import ERRORS, KILLED
from obs.jobs.sort import Job
from obs.jobs.sorts import sorts
from obs.metrics import forks, sli
from obs.runtime import accounting


class Delivery(Opened):
    """Made by :func:`deliver`, ended by :func:`finish`. Its job runs under the frame of ``sort.label``."""

    __slots__ = ("batch", "message", "outcome")

    sort: Job
    message: Message
    batch: int
    """How many messages it is, if it is several at once; else 0."""
    outcome: str
    """How it ended, if somebody has said so; else the exception tells."""

    def __init__(self, sort: Job, message: Message, batch: int = 0) -> None:
        Opened.__init__(self, sort)
        self.message = message
        self.batch = batch
        self.outcome = ""

    def attributes(self) -> dict[str, Any]:
        found = self.sort.attributes()
        if self.batch:
            found["messaging.batch.message_count"] = self.batch
        elif self.message.id:
            found["messaging.message.id"] = self.message.id
        return found

    def end_as(self, outcome: str, error: BaseException | None) -> BaseException | None:
        """It ends, and somebody says how; returns what it failed of, if it did, where ``error`` has escaped it."""
        self.outcome = outcome
        if self.span is not None:
            self.span.set_attribute("obs.job.outcome", outcome)
        if outcome not in ERRORS:
            return None  # what was raised only says that it is to be tried again, or given back
        if error is None or passes(error):
            self.error = ERRORS[outcome]
        return error


def expect_child(message: Message) -> None:
    """This thread is about to fork a child that will work on ``message``, and end: make what it needs. Never raises.

    Each child would make it anew, and copy each page of memory that it touches for that. Call :func:`forked` after it.
    """
    try:
        here = sorts()
        if here is not None:
            here.job(message.name, message.queue, message.system).prepare()
            accounting.prepare()
            tracing.prepare()
            here.store.expect_child()
            forks.expect_brief()
    except Exception:
        fault("jobs: what a child will need")


def forked(*, failed: bool = False) -> None:
    """In the parent, after :func:`expect_child`: there is a child, or that has ``failed``. Never raises."""
    forks.expect_none()
    try:
        here = sorts()
        if failed and here is not None:
            here.store.expect_none()
    except Exception:
        fault("jobs: what no child has needed")


def deliver(message: Message) -> Delivery | None:
    """A worker begins with ``message``: opens its Work and makes it current here. Never raises; None while obs is off.

    The trace goes on from whoever sent it; a retry is linked to the delivery before it.
    """
    try:
        here = sorts()
        if here is None:
            return None
        sort = here.job(message.name, message.queue, message.system)
        delivery = Delivery(sort, message)
        headers = clean(message.headers)
        sent, previous = headers.pop(SENT, None), headers.pop(PREVIOUS, None)
        if message.attempt > 1:
            sort.retries().add(1.0)
        delivery.open(headers, (previous,) if previous else ())
        _count_wait(sort, message, sent)
    except Exception:
        fault("jobs: the opening of a delivery")
        return None
    return delivery


def deliver_batch(messages: Sequence[Message]) -> Delivery | None:
    """The same for several messages that are worked on as one, named after the first; its span links to each sender's.

    It begins a trace of its own, recorded if one of theirs is.
    """
    try:
        here = sorts()
        if here is None or not messages:
            return None
        first = messages[0]
        sort = here.job(first.name, first.queue, first.system)
        delivery = Delivery(sort, first, len(messages))
        carriers = [message.carrier() for message in messages]
        delivery.open(None, [headers["traceparent"] for headers in carriers if "traceparent" in headers])
        for message, headers in zip(messages, carriers, strict=True):
            _count_wait(sort, message, headers.get(SENT))
    except Exception:
        fault("jobs: the opening of a delivery")
        return None
    return delivery


def _count_wait(sort: Job, message: Message, said: str | None) -> None:
    """How long it stood in line, from when it was sent (``said``) or due; clocks that disagree make none below zero.

    Never raises: the Work is open, and whoever opened it has to get it, to close it.
    """
    try:
        sent, due = message.sent_at(said), message.due
        if sent is None:
            return
        begun = sent if due is None or due < sent else due
        waited = time() - begun
        if waited < 0.0:
            waited = 0.0
        sort.queue_wait.observe(waited)
        if sort.waits:
            sli.waited(sort.waits, waited)
        if begun > sent:
            sort.scheduled().observe(begun - sent)
    except Exception:
        fault("jobs: the wait of a delivery")


def finish(delivery: Delivery | None, error: BaseException | None = None, outcome: str = "") -> None:
    """It has ended: ``error`` escaped it, ``outcome`` is one of obs.jobs.outcomes, else ok, or failed by an error.

    Never raises; a second call does nothing. From any greenlet, thread or forked child.
    """
    try:
        if delivery is not None and not delivery.ended:
            delivery.close(delivery.end_as(outcome, error) if outcome else error)
    except Exception:
        fault("jobs: the close of a delivery")


def forget(delivery: Delivery | None) -> None:
    """Its process ends with it, and another counts that (:func:`ended_elsewhere`): close it uncounted. Never raises."""
    try:
        if delivery is not None:
            delivery.process = None
            delivery.close()
    except Exception:
        fault("jobs: the close of a delivery")


def ended_elsewhere(message: Message, seconds: float, outcome: str = KILLED) -> None:
    """Count one delivery that ended where nobody could say so: its process died after ``seconds``. Never raises.

    Its time in line was counted as it began. Its span is kept as that of any failure is. For an SLO it is bad, or will
    be, by the process that died with it: see obs.metrics.heirs.
    """
    try:
        here = sorts()
        if here is None:
            return
        sort = here.job(message.name, message.queue, message.system)
        sort.of_outcome(outcome).observe(max(seconds, 0.0))
        if outcome in ERRORS:
            delivery = Delivery(sort, message)
            delivery.ended = perf_counter()
            delivery.started = delivery.ended - max(seconds, 0.0)
            delivery.error = ERRORS[outcome]
            tracing.keep(delivery, message.carrier())
    except Exception:
        fault("jobs: a delivery that ended elsewhere")


def lost(message: Message) -> None:
    """The broker says that a worker has not ended ``message``, and delivers it again or gives it up. Never raises."""
    try:
        here = sorts()
        if here is not None:
            here.job(message.name, message.queue, message.system).lost().add(1.0)
    except Exception:
        fault("jobs: a lost delivery")


def leaving(seconds: float = 1.0) -> None:
    """This process is about to end without Python's own exit: count all, and send what waits, within ``seconds``."""
    accounting.flush()
    tracing.flush(seconds)
