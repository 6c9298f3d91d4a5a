"""Reads the ledger of a run: as it stands, or over the next seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from obs.errors import ObsError
from obs.host.cost.ledger import Ledger, ledger
from obs.host.runs import LiveRun
from obs.metrics.reader import Reader


def so_far(run: LiveRun) -> tuple[Ledger, float]:
    """Everything since the run began, and how many seconds that is. Raises ObsError if the run has ended meanwhile."""
    with closing(Reader(run.folder)) as reader:
        return read(reader), max(time.time() - run.since, 1e-3)


def over(run: LiveRun, seconds: float, sleep: Callable[[float], None] = time.sleep) -> tuple[Ledger, float]:
    """What is spent from now on for ``seconds``, and how long it really was. Raises ObsError if the run ends."""
    with closing(Reader(run.folder)) as reader:
        before, began = read(reader), time.monotonic()
        sleep(seconds)
        after = read(reader)
        return after.since(before), max(time.monotonic() - began, 1e-3)


def read(reader: Reader) -> Ledger:
    try:
        return ledger((key.metric, key.labels, cells) for key, cells in reader.snapshot().series.items())
    except OSError as error:
        raise ObsError(f"{reader.run_dir}: the run has ended ({error.strerror or error})") from error
