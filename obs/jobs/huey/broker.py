"""Where a Huey keeps its queue, told to the host process, which looks into it."""

from __future__ import annotations

from collections.abc import MutableSet
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakSet

from obs.errors import fault
from obs.jobs.brokers import Broker, announce
from obs.jobs.huey.task import SYSTEM
from obs.jobs.redis_url import url_of


class Brokers:
    """Remembers whose storage was told of, so that each send may tell. Made anew whenever obs is turned on."""

    def __init__(self, api: ModuleType) -> None:
        """``api`` is ``huey.api``, where the kinds of storages are."""
        self._api = api
        self._told: MutableSet[Any] = WeakSet()

    def tell(self, huey: Any) -> None:
        """Never raises."""
        try:
            storage = huey.storage
            if storage not in self._told:
                self._told.add(storage)
                broker = self._broker(huey.name, storage)
                if broker is not None:
                    announce(broker)
        except Exception:
            fault("jobs: telling where a Huey's queue is")

    def _broker(self, queue: str, storage: Any) -> Broker | None:
        """None for a storage that nobody outside can look into, or that obs doesn't know."""
        if isinstance(storage, self._api.RedisStorage):
            return Broker(SYSTEM, "redis", url_of(storage.conn), (queue,), {"key": storage.queue_key})
        if isinstance(storage, self._api.SqliteStorage) and is_file(str(storage.filename)):
            return Broker(SYSTEM, "sqlite", str(Path(storage.filename).absolute()), (queue,))
        return None


def is_file(name: str) -> bool:
    """Whether it is one, and neither SQLite's memory nor a URI."""
    return bool(name) and not name.startswith((":", "file:"))
