"""One delivery of a streaming pull: from the call of its callback until it has returned and the message is settled."""

from __future__ import annotations

from typing import Any
from weakref import finalize

from obs.errors import fault
from obs.jobs.delivery import Delivery, deliver, finish
from obs.jobs.message import Message
from obs.jobs.outcomes import TIMED_OUT
from obs.jobs.pubsub import own_spans
from obs.jobs.pubsub.messages import given_back, message_of
from obs.jobs.pubsub.settled import BACK, OK, settled


class Job:
    """Stands before the queue on which its message puts what the subscriber says of it.

    Every way of settling a message ends there (``ack``, ``nack``, both ``…_with_response``, ``drop``, a deadline of 0),
    so nothing of the message's class has to be patched.
    """

    __slots__ = ("ack_id", "delivery", "manager", "message", "outcome", "queue", "returned")

    def __init__(self, delivery: Delivery, message: Message, received: Any, manager: Any) -> None:
        self.delivery = delivery
        self.message = message
        self.manager = manager
        self.ack_id: str = received.ack_id
        self.queue = received._request_queue  # noqa: SLF001  it has no public name
        self.outcome = ""
        """What the subscriber has said; empty until then."""
        self.returned = False
        """Whether the callback has, before that."""

    def put(self, request: Any) -> None:
        """What a queue does. Whatever happens here, the client gets the request."""
        try:
            if not self.outcome and (said := settled(request)):
                self.outcome = said if self._leased() else TIMED_OUT
                if self.returned:
                    self.end()
        except Exception:
            fault("jobs: how a Pub/Sub delivery was settled")
        self.queue.put(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.queue, name)

    def _leased(self) -> bool:
        """Whether the client has kept the message for this subscriber until now.

        It stops at ``max_lease_duration`` (an hour), or when Pub/Sub says that it is too late: delivered again anyway.
        """
        leaser = self.manager.leaser
        return leaser is None or self.ack_id in leaser.ack_ids

    def end(self, error: BaseException | None = None) -> None:
        """It is over; ``error`` has escaped the callback, so the client gives the message back. Never raises."""
        outcome = self.outcome or (BACK if self.returned else "")
        finish(self.delivery, error, outcome if error is None or outcome == TIMED_OUT else "")
        if error is not None or outcome != OK:
            given_back(self.manager._subscription, self.message, self.delivery)  # noqa: SLF001  as above

    def hand_on(self, received: Any) -> None:
        """The callback has returned, and the message is not settled: other code has it now. Never raises."""
        try:
            self.delivery.leave()
            self.returned = True
            if self.outcome:  # meanwhile, by another thread
                self.end()
            else:
                finalize(received, self.end).atexit = False
        except Exception:
            fault("jobs: a Pub/Sub delivery that is handed on")


def begin(received: Any, manager: Any) -> Job | None:
    """Open the Work of a message that the StreamingPullManager ``manager`` has received. None while obs is off."""
    subscription, raw = manager._subscription, received._message  # noqa: SLF001  neither has a public name
    message = message_of(subscription, raw, received.delivery_attempt, traceparent=own_spans.parent(received))
    delivery = deliver(message)
    if delivery is None:
        return None
    own_spans.stand_in(received, delivery)
    job = Job(delivery, message, received, manager)
    received._request_queue = job  # noqa: SLF001
    return job
