"""Google Pub/Sub as its documentation describes it, in memory: topics, subscriptions, leases and redelivery.

https://cloud.google.com/pubsub/docs/subscription-properties, https://cloud.google.com/pubsub/docs/ordering and
https://cloud.google.com/pubsub/docs/handling-failures. No protocol here: see pubsub_server.py.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Condition
from time import monotonic

from google.pubsub_v1 import types

MOST_ATTRIBUTES, LONGEST_KEY, LONGEST_VALUE = 100, 256, 1024
"""https://cloud.google.com/pubsub/quotas#resource_limits: of a message, the two lengths in bytes."""


class RefusedError(Exception):
    """What the service answers with INVALID_ARGUMENT."""


@dataclass(eq=False)
class Stored:
    """A message in one subscription."""

    message: types.PubsubMessage
    attempts: int = 0
    """Deliveries so far, this one included."""


@dataclass(eq=False)
class Lease:
    """A delivery that is neither acknowledged nor given back."""

    stored: Stored
    until: float
    """``monotonic()`` at which it ends."""
    holder: object
    """The stream or call that it was delivered to."""


@dataclass(eq=False)
class Subscription:
    """What is delivered to one subscriber, and what became of it."""

    settings: types.Subscription
    waiting: deque[Stored] = field(default_factory=deque)
    leases: dict[str, Lease] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    """The ids of messages, in the order of their acknowledgement."""
    given_back: list[str] = field(default_factory=list)
    """The ids of messages that were nacked."""
    expired: list[str] = field(default_factory=list)
    """The ids of messages whose lease ended."""
    extended: list[str] = field(default_factory=list)
    """The ids of messages whose lease was extended, once for each time."""


class Broker:
    """Every topic and subscription. Thread-safe; :attr:`changed` is notified of all that may make a delivery possible.

    ``scale``: how many real seconds a second of a deadline lasts; the service's shortest is 10 s.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self.changed = Condition()
        self.published: dict[str, list[types.PubsubMessage]] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self._ids = count(1)

    def create_topic(self, name: str) -> None:
        self.published[name] = []

    def subscribe(self, settings: types.Subscription) -> None:
        """Raises KeyError without its topic."""
        if settings.topic not in self.published:
            raise KeyError(settings.topic)
        with self.changed:
            self.subscriptions[settings.name] = Subscription(settings)

    def publish(self, topic: str, messages: Iterable[types.PubsubMessage]) -> list[str]:
        """The ids of the messages. Raises KeyError and :class:`RefusedError`, before any is taken."""
        messages = list(messages)
        for message in messages:
            _check(message)
        with self.changed:
            log = self.published[topic]
            for message in messages:
                message.message_id = str(next(self._ids))
                message.publish_time = datetime.now(UTC)
                log.append(message)
                for one in self.subscriptions.values():
                    if one.settings.topic == topic:
                        one.waiting.append(Stored(message))
            self.changed.notify_all()
        return [message.message_id for message in messages]

    def take(self, name: str, most: int, holder: object) -> list[types.ReceivedMessage]:
        """At most so many messages that may be delivered now, leased to ``holder``. Raises KeyError."""
        with self.changed:
            one = self.subscriptions[name]
            self._expire(one)
            return [self._lease(one, stored, holder) for stored in self._deliverable(one, most)]

    def held(self, name: str, holder: object) -> int:
        """How many messages are leased to ``holder``."""
        with self.changed:
            return sum(lease.holder is holder for lease in self.subscriptions[name].leases.values())

    def acknowledge(self, name: str, ack_ids: Iterable[str]) -> None:
        """Those whose lease has ended are passed over, as by the service. Raises KeyError."""
        with self.changed:
            one = self.subscriptions[name]
            self._expire(one)
            for ack_id in ack_ids:
                if lease := one.leases.pop(ack_id, None):
                    one.acknowledged.append(lease.stored.message.message_id)
            self.changed.notify_all()

    def modify(self, name: str, ack_ids: Iterable[str], seconds: int) -> None:
        """Leases end so many seconds from now; 0 gives the messages back. Raises KeyError."""
        with self.changed:
            one = self.subscriptions[name]
            self._expire(one)
            for ack_id in ack_ids:
                lease = one.leases.get(ack_id)
                if lease is None:
                    continue
                if seconds:
                    lease.until = monotonic() + seconds * self.scale
                    one.extended.append(lease.stored.message.message_id)
                else:
                    one.given_back.append(lease.stored.message.message_id)
                    self._give_back(one, ack_id)
            self.changed.notify_all()

    def _deliverable(self, one: Subscription, most: int) -> list[Stored]:
        """Ordered messages wait for the one before of their key."""
        keys = {lease.stored.message.ordering_key for lease in one.leases.values()}
        found: list[Stored] = []
        for stored in list(one.waiting):
            key = stored.message.ordering_key if one.settings.enable_message_ordering else ""
            if len(found) >= most:
                break
            if not key or key not in keys:
                keys.add(key)
                found.append(stored)
                one.waiting.remove(stored)
        return found

    def _lease(self, one: Subscription, stored: Stored, holder: object) -> types.ReceivedMessage:
        stored.attempts += 1
        message = stored.message
        ack_id = f"{message.message_id}/{stored.attempts}"
        one.leases[ack_id] = Lease(stored, monotonic() + one.settings.ack_deadline_seconds * self.scale, holder)
        counted = stored.attempts if one.settings.dead_letter_policy.dead_letter_topic else 0
        return types.ReceivedMessage(ack_id=ack_id, message=message, delivery_attempt=counted)

    def _expire(self, one: Subscription) -> None:
        now = monotonic()
        for ack_id in [ack_id for ack_id, lease in one.leases.items() if lease.until <= now]:
            one.expired.append(one.leases[ack_id].stored.message.message_id)
            self._give_back(one, ack_id)

    def _give_back(self, one: Subscription, ack_id: str) -> None:
        """To the front, so that a key's order is kept; or to the dead letters once it was tried often enough."""
        stored = one.leases.pop(ack_id).stored
        policy = one.settings.dead_letter_policy
        if policy.dead_letter_topic and stored.attempts >= policy.max_delivery_attempts:
            self.published[policy.dead_letter_topic].append(stored.message)
        else:
            one.waiting.appendleft(stored)


def _check(message: types.PubsubMessage) -> None:
    """Raise :class:`RefusedError` for what the service would."""
    if not message.data and not message.attributes:
        raise RefusedError("the message is empty")
    if len(message.attributes) > MOST_ATTRIBUTES:
        raise RefusedError("too many attributes")
    for key, value in message.attributes.items():
        if not key or len(key.encode()) > LONGEST_KEY or len(value.encode()) > LONGEST_VALUE:
            raise RefusedError(f"an attribute is empty or too long: {key[:50]}")
        if key.startswith("goog") and not key.startswith("googclient_"):
            raise RefusedError(f"the prefix is reserved: {key[:50]}")
