"""A run folder with a living process that records, and the live view's API over it, without a host process."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from obs.config import Config
from obs.host.live.access import Access
from obs.host.live.api import Api
from obs.host.live.assets import Assets, listed
from obs.host.live.look import Looking
from obs.host.live.site import Site
from obs.host.live.traces import Traces
from obs.host.live.watch import Watch
from obs.host.routes import Routes, json_app
from obs.host.run import Run
from obs.host.server import Server
from obs.metrics import catalog
from obs.metrics.store import Identity, Store

TOKEN = "a-token-of-the-tests"

HOSTILE = '<img src=x onerror=alert(1)>\x00\x1b[31m‮"\\' + "A" * 1_000_000
"""A name that somebody else chose."""


def record(store: Store, work: str = "GET /a", times: int = 10, seconds: float = 0.02) -> None:
    """So many requests of ``work``, most of whose time is waiting."""
    method, _, route = work.partition(" ")
    store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, route, method, "200", "").observe(seconds, float(times))
    for state, part in {"cpu": 0.1, "held": 0.0, "delay": 0.1, "wait": 0.8}.items():
        store.counter(catalog.OBS_WORK_SECONDS, "request", work, "shop", state).add(part * seconds * times)
    store.counter(catalog.OBS_WAIT_SECONDS, work, "sql").add(0.8 * seconds * times)


class Served(NamedTuple):
    """What a test asks."""

    port: int
    watch: Watch
    api: Api
    traces: Traces
    store: Store
    folder: Path

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
        """``(status, headers, body)``; the guard's header is sent unless ``guard=""``."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"X-Obs-Live": "1", **{name.replace("_", "-"): value for name, value in headers.items()}}
        sent = {name: value for name, value in sent.items() if value}
        if body is not None:
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def json(self, path: str, status: int = 200) -> Any:
        found, _, body = self.ask(path)
        assert found == status, body[:500]
        return json.loads(body)

    def look(self) -> None:
        """One more look at the run, now."""
        looking = Looking(self.folder)
        try:
            self.watch.add(looking.look())
        finally:
            looking.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "run"
    folder.mkdir(0o700)
    made = Store.open(folder, Identity("shop", "test", "1"))
    record(made)
    yield made
    made.detach()


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Served]:
    folder = tmp_path / "run"
    config = Config.load({"OBS_RUNTIME_DIR": str(tmp_path), "OBS_SERVICE": "shop"}, tmp_path)
    run = Run(config, folder, 1, 0, None, None, TOKEN)
    watch, traces = Watch(folder, "shop"), Traces(1.0)
    api = Api(run, 0, 1, watch, traces)
    site = Site(Access(TOKEN), Assets(listed()), api.endpoints())
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener, Routes({"/metrics": json_app(dict)}, site))
    server.start()
    made = Served(server.server_port, watch, api, traces, store, folder)
    made.look()
    yield made
    watch.stop()
    ending = threading.Thread(target=server.shutdown)
    ending.start()
    while ending.is_alive():  # it looks twice a second, and after each connection
        socket.create_connection(("127.0.0.1", made.port)).close()
        ending.join(0.01)
    server.server_close()
    until = time.monotonic() + 20
    while server._open and time.monotonic() < until:
        time.sleep(0.01)
    assert not server._open
