"""Which greenlets there are, and how many, without ever walking them all.

Each is entered when it is started, as a weak reference that leaves the list by itself. One that has ended and is kept
by somebody, as a result to be read, is alive as an object only: a sweep of one small part at a time finds those.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import cycle
from time import perf_counter
from typing import Any
from weakref import ref

from obs.errors import fault

SHARDS = 64
"""Parts of the list. Sweeping one takes 0.2 µs for each greenlet in it: 30 µs of 10,000."""

SWEPT = 8
"""Parts that are swept in a second: what has ended and is kept is counted for another 8 s at most."""


class Entry(ref[Any]):
    """A greenlet, for as long as it lives."""

    __slots__ = ("at",)
    at: float
    """When it was started, ``perf_counter``."""


class Census:
    """Counts the greenlets that are started while it is on, and knows them.

    For ``Greenlet.add_spawn_callback``: hot, 0.35 µs a greenlet, its end included.
    """

    def __init__(self) -> None:
        self._shards: list[set[Entry]] = [set() for _ in range(SHARDS)]
        self._entries = cycle([(shard.add, shard.discard) for shard in self._shards])
        self._to_sweep = cycle(self._shards)

    def spawned(self, child: Any) -> None:
        """A greenlet is started. Whatever this raised would come out of ``gevent.spawn``."""
        try:
            add, discard = next(self._entries)
            entry = Entry(child, discard)
            entry.at = perf_counter()
            add(entry)
        except Exception:
            fault("loop.census")

    @property
    def alive(self) -> int:
        """How many there are. Any thread may ask."""
        return sum(map(len, self._shards))

    def entries(self) -> Iterator[Entry]:
        """Each of them once, each part copied when its turn comes. Any thread may ask, and take its time."""
        for shard in self._shards:
            yield from list(shard)

    def sweeps(self) -> list[partial[None]]:
        """A second's errands for the loop's thread: another one must not hold a greenlet, nor be who lets it go."""
        return [partial(sweep, next(self._to_sweep)) for _ in range(SWEPT)]


def sweep(shard: set[Entry]) -> None:
    """Strike off those that have ended."""
    for entry in list(shard):
        greenlet = entry()
        if greenlet is not None and greenlet.dead:
            shard.discard(entry)
