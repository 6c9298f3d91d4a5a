"""Looks into the SQLite file of Huey's queues."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from obs.host.brokers.standing import Head, Standing
from obs.jobs import trailer
from obs.jobs.brokers import Broker
from obs.jobs.due import number
from obs.jobs.message import SENT

PATIENCE = 2.0
"""Seconds that the file may be locked by those who write to it."""

COUNT = "SELECT count(*) FROM task WHERE queue = ?"
OLDEST = "SELECT id, data FROM task WHERE queue = ? ORDER BY id LIMIT 1"


class SqliteReader:
    """Opens the file for each look, and only reads: what is kept open would keep its journal from being emptied."""

    def __init__(self, address: str) -> None:
        """``address`` is the file's absolute name."""
        self._url = f"{Path(address).as_uri()}?mode=ro"

    def read(self, brokers: Iterable[Broker]) -> dict[tuple[str, str], Standing | Exception]:
        """By system and queue. Raises sqlite3.Error if the file can't be read."""
        with closing(sqlite3.connect(self._url, uri=True, timeout=PATIENCE)) as connection:
            return {
                (broker.system, queue): standing(connection, queue) for broker in brokers for queue in broker.queues
            }

    def close(self) -> None:
        """Nothing is open."""


def standing(connection: sqlite3.Connection, queue: str) -> Standing:
    """Of one queue."""
    ((count,),) = connection.execute(COUNT, (queue,))
    first = connection.execute(OLDEST, (queue,)).fetchone()
    if first is None:
        return Standing(0, None)
    number_of_task, data = first
    since = number(trailer.read(bytes(data)).get(SENT))
    return Standing(max(count, 1), Head(str(number_of_task).encode(), since))
