"""A run folder, and a store of the host process in it whose gauges can be read as a scrape would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from obs.host.brokers import Brokers
from obs.jobs.brokers import SUFFIX, Broker
from obs.metrics.identity import Identity
from obs.metrics.reader import Reader
from obs.metrics.store import Store
from tests.jobs.redis_server import redis_process, redis_server

__all__ = ["redis_process", "redis_server"]  # fixtures

PATIENCE = 60.0
"""Seconds until a test gives up: a loaded machine is slow."""


class Watched:
    """The brokers of a run folder, as a host process keeps them, a look every 0.2 s."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self.store = Store.open(folder, Identity("s", "", ""), role="host")
        self.brokers = Brokers(folder, self.store, 0.2)

    def announce(self, broker: Broker) -> None:
        """As a process of the service does."""
        (self.folder / f"{abs(hash(broker.text()))}{SUFFIX}").write_text(broker.text())

    def gauges(self, queue: str) -> dict[str, float]:
        """Of one queue, by the metric's last word: what a scrape would see after a tick."""
        self.brokers.tick()
        with closing(Reader(self.folder)) as reader:
            series = reader.snapshot().series
        return {
            key.metric.name.removeprefix("obs_job_"): cells[0]
            for key, cells in series.items()
            if "messaging_destination_name" in key.metric.labels and key.labels[1] == queue
        }

    def until(self, queue: str, good: Callable[[dict[str, float]], bool]) -> dict[str, float]:
        """The first gauges of ``queue`` that are ``good``."""
        deadline = time.monotonic() + PATIENCE
        while not good(found := self.gauges(queue)):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    def close(self) -> None:
        self.brokers.stop()
        self.store.detach()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path / "run")
    yield made
    made.close()
