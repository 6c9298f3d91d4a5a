"""Publishing: the trace context and the time are among the attributes that a message leaves with."""

from __future__ import annotations

from typing import Any

from obs.errors import fault
from obs.jobs.pubsub import own_spans
from obs.jobs.pubsub.attributes import add
from obs.jobs.pubsub.messages import SYSTEM
from obs.jobs.pubsub.names import short
from obs.jobs.sending import Sending, sending
from obs.labels import hide_frame
from obs.patches import Patch

LARGEST = 9_990_000
"""Bytes of a body up to which there is room for obs's attributes: a publication of over 10 MB is refused."""


def patches(client: Any) -> list[Patch]:
    """``client`` is the module ``google.cloud.pubsub_v1.publisher.client``."""
    return [Patch(client.Client, "publish", _publish)]


def _publish(original: Any) -> Any:
    def publish(self: Any, topic: Any, data: Any, *args: Any, **kwargs: Any) -> Any:
        # The message's attributes are the keyword arguments that the original doesn't know.
        sent = _begin(self, topic, data, kwargs)
        try:
            return sent.run(original, self, topic, data, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    return publish


def _begin(client: Any, topic: Any, data: Any, attributes: dict[str, Any]) -> Sending:
    """A message is about to leave: what travels with it is among its ``attributes`` from now on. Never raises."""
    try:
        headers: dict[str, str] = {}
        name = short(topic) if isinstance(topic, str) else ""
        own = own_spans.of_client(client)
        sent = sending(name, name, SYSTEM, headers, span=not own)
        if isinstance(data, bytes) and len(data) <= LARGEST:
            add(attributes, headers, context=not own)
    except Exception:
        fault("jobs: a Pub/Sub message is sent")
        return Sending()
    return sent
