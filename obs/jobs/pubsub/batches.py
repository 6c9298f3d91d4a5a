"""The messages that were pulled and are not all settled, by the pull that brought them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from obs.jobs.delivery import Delivery, deliver_batch, finish
from obs.jobs.message import Message
from obs.jobs.opened import still_open
from obs.jobs.outcomes import TIMED_OUT
from obs.jobs.pubsub.messages import given_back, message_of
from obs.jobs.pubsub.settled import OK
from obs.work import Work, current

LONGEST = 600.0
"""Seconds that a message can be kept without a word to the service: the longest deadline that it grants."""


class Batch:
    """The messages of one pull."""

    def __init__(self, delivery: Delivery, subscription: str, waiting: dict[str, Message]) -> None:
        self.delivery = delivery
        self.subscription = subscription
        self.waiting = waiting
        """Those that are not settled, by their ``ack_id``."""
        self.outcome = OK
        self.heard = monotonic()
        """When the subscriber last told the service of one of them."""

    def settle(self, ack_id: str, outcome: str) -> None:
        """One is settled: what became of the batch is the worst of it."""
        message = self.waiting.pop(ack_id)
        self.heard = monotonic()
        if outcome != OK:
            self.outcome = outcome
            given_back(self.subscription, message, self.delivery)


class Batches:
    """Those of this process that are open."""

    def __init__(self) -> None:
        self.waiting: dict[str, Batch] = {}
        """By the ``ack_id`` of each message that is not settled."""
        self._current: dict[Work, Batch] = {}

    def opened(self, subscription: str, received: Sequence[Any]) -> None:
        """These came together: one job, current here, unless another Work is."""
        self._sweep()
        if still_open(current.get()) is not None:
            return
        messages = {one.ack_id: message_of(subscription, one.message, one.delivery_attempt) for one in received}
        delivery = deliver_batch(list(messages.values()))
        if delivery is not None:
            batch = self._current[delivery] = Batch(delivery, subscription, messages)
            self.waiting.update(dict.fromkeys(messages, batch))

    def leave(self) -> None:
        """The one that is current here is so no more; it stays open until its messages are settled."""
        work = current.get()
        batch = None if work is None else self._current.pop(work, None)
        if batch is not None:
            batch.delivery.leave()

    def settled(self, ack_ids: Iterable[str], outcome: str) -> None:
        """The subscriber has said so of these messages, and the service has taken it."""
        for ack_id in ack_ids:
            batch = self.waiting.pop(ack_id, None)
            if batch is not None:
                batch.settle(ack_id, outcome)
                if not batch.waiting:
                    self._finish(batch)

    def extended(self, ack_ids: Iterable[str]) -> None:
        """The subscriber keeps these for longer."""
        for ack_id in ack_ids:
            if batch := self.waiting.get(ack_id):
                batch.heard = monotonic()

    def _sweep(self) -> None:
        """End those whose messages nobody can settle any more: the service delivers them again."""
        late = monotonic() - LONGEST
        for batch in {batch for batch in list(self.waiting.values()) if batch.heard < late}:
            for ack_id in list(batch.waiting):
                self.waiting.pop(ack_id, None)
                batch.settle(ack_id, TIMED_OUT)
            self._finish(batch)

    def _finish(self, batch: Batch) -> None:
        self._current.pop(batch.delivery, None)
        finish(batch.delivery, outcome=batch.outcome)
