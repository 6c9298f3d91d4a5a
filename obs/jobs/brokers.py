"""Telling the host process where the queues are, so that it can look at them: workers that are stuck tell nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import NamedTuple

from obs.errors import fault
from obs.jobs.sorts import sorts

PREFIX, SUFFIX = "broker-", ".json"


class Broker(NamedTuple):
    """Where queues of one system are kept."""

    system: str
    """As ``messaging.system`` has it: ``celery``, ``rq``, ``dramatiq``, ``huey``."""
    kind: str
    """``redis`` or ``sqlite``: what obs.host.brokers can read."""
    address: str
    """A URL, with its password if it has one; or a file."""
    queues: tuple[str, ...]
    extra: Mapping[str, Any] = {}
    """What else a reader of that system needs to know."""


def announce(broker: Broker) -> None:
    """Write it into the run's folder, which nobody but this user can read; the same one again is no more work.

    Never raises. Nothing is written where no host process would look: without a run folder, address or queue.
    """
    try:
        here = sorts()
        folder = None if here is None else here.store.run_dir
        if folder is None or not broker.address or not broker.queues:
            return
        text = json.dumps(broker._asdict(), sort_keys=True)
        path = folder / f"{PREFIX}{sha256(text.encode()).hexdigest()[:16]}{SUFFIX}"
        if not path.exists():
            _write(folder, path, text)
    except Exception:
        fault("jobs: telling where a broker is")


def _write(folder: Path, path: Path, text: str) -> None:
    """At once or not at all; of mode 0600."""
    descriptor, name = mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
