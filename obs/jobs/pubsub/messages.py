"""What is known of a delivery of Pub/Sub's, and what is remembered of one that was given back."""

from __future__ import annotations

from typing import Any

from obs.jobs.message import Message
from obs.jobs.pubsub.attempts import Attempts
from obs.jobs.pubsub.attributes import headers
from obs.jobs.pubsub.names import short
from obs.work import Work

SYSTEM = "gcp_pubsub"
"""As OpenTelemetry's ``messaging.system`` has it."""

_attempts = Attempts()


def message_of(subscription: str, raw: Any, delivery_attempt: int | None, *, traceparent: str = "") -> Message:
    """``raw`` is protobuf's own; ``delivery_attempt`` the service's count, if it keeps one (only with dead letters).

    Its time is the sender's, from its attributes, else when the service took it. ``traceparent``: of what it is a part
    of in this process, in place of its sender's.
    """
    found = headers(raw.attributes)
    if traceparent:
        found["traceparent"] = traceparent
    attempt, previous = _attempts.before(subscription, raw.message_id)
    if previous:
        found["obs-previous"] = previous
    name = short(subscription)
    published = raw.publish_time
    return Message(
        name,
        name,
        SYSTEM,
        found,
        sent=published.seconds + published.nanos / 1e9,
        attempt=max(delivery_attempt or 1, attempt + 1),
        id=raw.message_id,
    )


def given_back(subscription: str, message: Message, work: Work) -> None:
    """Its delivery, which was ``work``, ended without an acknowledgement that counts: it comes again."""
    previous = "00-{:032x}-{:016x}-01".format(*work.ids()) if work.sampled else ""
    _attempts.given_back(subscription, message.id, message.attempt, previous)
