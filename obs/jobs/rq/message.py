"""What obs is told of an RQ job: by RQ's own fields, and by what its sender wrote beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from obs.jobs.due import DUE, due_in, number
from obs.jobs.message import NONE, SENT, Message
from obs.jobs.rq.carried import Carried, carried
from obs.jobs.rq.naming import name_in, name_of

SYSTEM = "rq"
UNREADABLE = "(unreadable)"
"""The name of a job whose data can't be read."""
ATTEMPT = "obs-attempt"
"""Which one it is, from 1. RQ itself counts only those that a job asks for by returning ``Retry``."""


def read(job: Any) -> Message:
    """Of a job that is about to run here."""
    return _message(job, called(job), carried(job))


def unread(job: Any, found: Carried | None = None) -> Message:
    """Of a job that runs elsewhere, or did: nothing of its arguments is read. ``found``: what it bore then."""
    return _message(job, called_unread(job), found or carried(job))


def called(job: Any) -> str:
    """Its name, from its arguments."""
    try:
        return name_of(job)
    except Exception:
        return UNREADABLE  # not obs's fault: RQ meets it in a moment, and fails the job


def called_unread(job: Any) -> str:
    """Its name, from its data as it is stored."""
    return name_in(job.data) or UNREADABLE


def _message(job: Any, name: str, found: Carried | None) -> Message:
    headers = NONE if found is None else found.headers
    sent, due = times(job, headers)
    if SENT in headers:  # which is in `sent`, where it holds
        headers = dict(headers)
        del headers[SENT]
    return Message(name, job.origin or "", SYSTEM, headers, sent, due, attempt(job, headers), job.id)


def times(job: Any, headers: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """When it was sent, and when it was to run at the earliest: Unix seconds; None where nobody says.

    RQ notes when a job came into its queue. For one that stood back for another job or for a slot that is the time to
    count from; a scheduled one came there when the scheduler looked, some time after it was due.
    """
    if DUE in headers:
        sent, due, started = number(headers.get(SENT)), due_in(headers), seconds(job.started_at)
        if sent is not None and due is not None and (started is None or started <= sent):
            return sent, due  # else it was sent again since then, by a worker without obs
    return seconds(job.enqueued_at), None


def seconds(moment: datetime | None) -> float | None:
    """Unix seconds. RQ before 2.0 keeps UTC without a zone."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def attempt(job: Any, headers: Mapping[str, Any]) -> int:
    """Which attempt it is, from 1."""
    asked_for = getattr(job, "number_of_retries", None) or 0
    ours = (number(headers[ATTEMPT]) or 1.0) if ATTEMPT in headers else 1.0
    return max(1, 1 + asked_for, int(min(ours, 1e9))) if asked_for or ours != 1.0 else 1
