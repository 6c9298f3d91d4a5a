"""Google's client is imported: what is patched in it."""

from __future__ import annotations

from types import ModuleType

from obs.jobs.pubsub import publisher, pull, subscriber
from obs.patches import Patch


def patches(pubsub_v1: ModuleType) -> list[Patch]:
    """``google.cloud.pubsub_v1``: its publisher and its subscriber, not the asyncio clients of ``google.pubsub_v1``."""
    return [
        *publisher.patches(pubsub_v1.publisher.client),
        *subscriber.patches(pubsub_v1.subscriber.client.streaming_pull_manager),
        *pull.patches(pubsub_v1.subscriber.client),
    ]
