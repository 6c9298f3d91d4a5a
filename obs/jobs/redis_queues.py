"""Queues of one system that are kept in Redis, as the host process is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from obs.errors import fault
from obs.jobs.brokers import Broker, announce
from obs.jobs.redis_url import url_of

NONE: Mapping[str, str] = MappingProxyType({})


class RedisQueues:
    """Remembers what was told, so that each send may tell it. Made anew whenever obs is turned on."""

    def __init__(self, system: str) -> None:
        self._system = system
        self._told: set[tuple[object, ...]] = set()

    def tell(self, client: Any, queues: tuple[str, ...], extra: Mapping[str, str] = NONE) -> None:
        """``queues`` are where ``client``, of redis-py, connects to. Half a microsecond if known. Never raises."""
        try:
            settings = client.connection_pool.connection_kwargs
            key = (queues, settings.get("host"), settings.get("port"), settings.get("db"), settings.get("path"))
            if key not in self._told:
                self._told.add(key)
                announce(Broker(self._system, "redis", url_of(client), queues, extra))
        except Exception:
            fault("jobs: telling where a queue is")
