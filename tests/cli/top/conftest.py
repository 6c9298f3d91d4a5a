"""A service that records, without any server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs.metrics import catalog
from obs.metrics.store import Identity, Store


class Service:
    """One process's counters, and the folder of its run."""

    def __init__(self, folder: Path, name: str = "chat-api") -> None:
        self.folder = folder
        self.store = Store.open(folder, Identity(name))
        self.store.gauge(catalog.OBS_WORK_INFO, "request", "GET /home", "messaging", "chat-core").set(1.0)
        for work in ("GET /home", "GET /search"):
            self.serve(work)

    def serve(self, work: str, seconds: float = 0.02, *, cpu: float = 0.01) -> None:
        """Count one request."""
        method, route = work.split(" ")
        self.store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, route, method, "200", "").observe(seconds)
        self.store.counter(catalog.OBS_WORK_SECONDS, "request", work, "", "cpu").add(cpu)

    def end(self) -> None:
        """As obs run does it."""
        self.store.detach()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where runs are; none yet."""
    runtime = tmp_path / "obs"
    runtime.mkdir(0o700)
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("OBS_RUN_DIR", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return runtime


@pytest.fixture
def service(runtime: Path) -> Iterator[Service]:
    service = Service(runtime / "chat-api-1")
    yield service
    service.store.detach()
