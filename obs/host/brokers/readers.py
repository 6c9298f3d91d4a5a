"""The explicit list of what can be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from obs.host.brokers.redis_layouts import LAYOUTS
from obs.host.brokers.redis_reader import RedisReader
from obs.host.brokers.sqlite_reader import SqliteReader
from obs.host.brokers.standing import Standing
from obs.jobs.brokers import Broker

Which = tuple[str, str]
"""A queue: its system, and its name."""


class Reader(Protocol):
    """Made of an address; used by one thread."""

    def __init__(self, address: str) -> None:
        """Raises whatever it likes: the queues are then unreadable."""

    def read(self, brokers: Iterable[Broker]) -> dict[Which, Standing | Exception]:
        """What stands in the queues of ``brokers``. Raises whatever it likes, after a few seconds at most."""

    def close(self) -> None:
        """Let go of connections."""


READERS: dict[tuple[str, str], type[Reader]] = {
    **{(system, "redis"): RedisReader for system in LAYOUTS},
    ("huey", "sqlite"): SqliteReader,
}
"""By a broker's system and kind. Of others there is no series: nothing is claimed of them."""
