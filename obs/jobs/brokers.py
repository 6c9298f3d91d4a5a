"""Telling the host process where the queues are, so that it can look at them: workers that are stuck tell nothing.

An announcement is one small file in the run folder. Its name is a hash of what it says: however many processes say the
same, there is one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from obs.errors import fault
from obs.jobs.sorts import sorts

SUFFIX = ".broker"

MOST = 1000
"""Announcements of one process: one that makes a queue for each user doesn't fill the folder."""


class Broker(NamedTuple):
    """Where some queues of one system are kept."""

    system: str
    """As ``messaging.system`` has it: ``celery``, ``rq``, ``dramatiq``, ``huey``."""
    kind: str
    """``redis``, ``sqlite``: what obs.host.brokers can read. Of others it makes no series."""
    address: str
    """A URL, with its password if it has one; or the absolute name of a file."""
    queues: tuple[str, ...]
    """As ``messaging_destination_name`` has them."""
    extra: Mapping[str, str] = MappingProxyType({})
    """What else a reader of that system needs to know: see obs.host.brokers.redis_layouts."""

    def text(self) -> str:
        """As JSON: the same text for what is the same."""
        found = {**self._asdict(), "queues": sorted(set(self.queues)), "extra": dict(self.extra)}
        return json.dumps(found, sort_keys=True)


def parse(text: str) -> Broker:
    """The inverse of :meth:`Broker.text`. Raises ValueError for what is none."""
    try:
        found = json.loads(text)
        system, kind, address = (str(found[name]) for name in ("system", "kind", "address"))
        extra = {str(name): str(value) for name, value in found["extra"].items()}
        return Broker(system, kind, address, tuple(map(str, found["queues"])), extra)
    except (AttributeError, KeyError, RecursionError, TypeError) as error:
        raise ValueError(f"no announcement of a broker: {error!r}") from error


_told: set[tuple[Path, str]] = set()
"""What this process has announced, and where."""


def announce(broker: Broker) -> None:
    """Tell the host process of ``broker``: when a worker begins, and at the first job that is sent to a queue.

    Nothing happens while obs is off, without an address, and for what this process has told before: that costs 10 µs,
    so remember for each queue that it was done. Never raises.
    """
    try:
        here = sorts()
        folder = None if here is None else here.store.run_dir
        if folder is None or not broker.address:
            return
        text = broker.text()
        if (folder, text) not in _told and len(_told) < MOST:
            _told.add((folder, text))
            _write(folder, text)
    except Exception:
        fault("jobs: telling where a broker is")


def _write(folder: Path, text: str) -> None:
    """At once or not at all, readable by this user only."""
    name = blake2b(text.encode(), digest_size=8).hexdigest()
    unfinished = folder / f"{name}-{os.urandom(4).hex()}.new"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(folder / (name + SUFFIX))
