"""Workers die, reload and are replaced; what they counted stays counted, once."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from obs.http.endpoints import METHODS, OTHER
from tests.integration.load import Load, under_load
from tests.integration.support import DEADLINE, free_port, get, gunicorn, running, samples, under_obs

KILLS = int(os.environ.get("TEST_KILLS", "10"))
"""One a second or so; 30 for the whole story."""

QUIET = ("--log-level", "critical")


class Scraper(threading.Thread):
    """Scrapes over and over and keeps the number of requests that each scrape said."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{port}/metrics"
        self.counts: list[float] = []
        self._stop_now = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._stop_now.wait(0.1):
            self.counts.append(requests_counted(get(self.url)))

    def stop(self) -> None:
        self._stop_now.set()
        self.join()


def requests_counted(text: str) -> float:
    found = samples(text).items()
    return sum(value for series, value in found if series.startswith("http_server_request_duration_seconds_count"))


def settled(port: int, expected: float) -> float:
    """The count, once it has reached ``expected`` or stopped short of it."""
    deadline = time.monotonic() + DEADLINE / 3
    while (count := requests_counted(get(f"http://127.0.0.1:{port}/metrics"))) < expected:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return count


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def arbiter_of(launcher: int) -> int:
    """gunicorn's master: the child of the launcher that has children of its own."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        for child in children(launcher):
            if b"gunicorn" in Path(f"/proc/{child}/cmdline").read_bytes() and children(child):
                return child
        time.sleep(0.05)
    raise AssertionError("no gunicorn master with workers")


def test_a_worker_killed_every_second_loses_nothing_but_what_was_in_flight(tmp_path: Path) -> None:
    port, metrics = free_port(), free_port()
    command = under_obs(gunicorn("zoo:app", port, "gevent", 4, *QUIET), metrics)
    with running(command, port, {"OBS_RUNTIME_DIR": str(tmp_path)}) as launcher:
        arbiter = arbiter_of(launcher.pid)
        scraper = Scraper(metrics)
        with under_load(port, "/users/1", clients=8) as load:
            for _ in range(KILLS):
                load.wait_for(50)
                time.sleep(0.5)
                os.kill(children(arbiter)[0], signal.SIGKILL)
            load.wait_for(50)
        count = settled(metrics, load.answers)
        scraper.stop()
        files = list(tmp_path.rglob("*.obs"))
    assert set(load.statuses) == {200}
    # A request whose answer was under way when its worker died may be on either side, and no other.
    assert abs(count - load.answers) <= load.lost + KILLS, (count, load.answers, load.lost)
    assert scraper.counts == sorted(scraper.counts), "a counter went down"
    assert len(files) <= 8, "files pile up"


@pytest.mark.parametrize("preload", [False, True])
def test_reloads_and_max_requests_lose_no_counts(tmp_path: Path, preload: bool) -> None:
    port, metrics = free_port(), free_port()
    # While it reloads, gunicorn replaces nobody, for as long as the old workers may take: on a slow machine nobody
    # answers then. So what is waited for is answers.
    options = [*QUIET, "--max-requests", "200", "--graceful-timeout", "1", *(["--preload"] if preload else [])]
    command = under_obs(gunicorn("zoo:app", port, "gevent", 2, *options), metrics)
    with running(command, port, {"OBS_RUNTIME_DIR": str(tmp_path)}) as launcher:
        arbiter = arbiter_of(launcher.pid)
        with under_load(port, "/users/1", clients=4) as load:
            for _ in range(3):
                load.wait_for(100)
                os.kill(arbiter, signal.SIGHUP)
            load.wait_for(250)
        count = settled(metrics, load.answers)
    assert abs(count - load.answers) <= load.lost, (count, load.answers, load.lost)


@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_workers_without_gevent_are_counted_as_exactly(worker: str, tmp_path: Path) -> None:
    port, metrics = free_port(), free_port()
    command = under_obs(gunicorn("zoo:app", port, worker, 2, *QUIET), metrics)
    with running(command, port, {"OBS_RUNTIME_DIR": str(tmp_path)}):
        with under_load(port, "/users/1", clients=2) as load:
            time.sleep(1.0)
        assert settled(metrics, load.answers) == load.answers


def test_ten_thousand_paths_and_methods_make_a_handful_of_series() -> None:
    port, metrics = free_port(), free_port()
    with running(under_obs(gunicorn("zoo:app", port, "gevent", 1, *QUIET), metrics), port):
        _ask_for_anything(port, 10_000)
        text = get(f"http://127.0.0.1:{metrics}/metrics")
    routes = set(re.findall(r'http_route="([^"]*)"', text))
    methods = set(re.findall(r'http_request_method="([^"]*)"', text))
    assert routes == {"(unmatched)"}
    assert methods <= {*METHODS, OTHER}


def _ask_for_anything(port: int, times: int) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    for i in range(times):
        connection.request("GET" if i % 2 else f"M{i}", f"/nothing/{i}")
        connection.getresponse().read()
    connection.close()


def test_the_load_counts_its_own_answers() -> None:
    """What the others compare with: a load against a bare server of a known number of answers."""
    port = free_port()
    with running(gunicorn("zoo:app", port, "sync", 1, *QUIET, "--access-logfile", "/dev/null"), port):
        load = Load(port, "/users/1", 1)
        time.sleep(0.5)
        load.stop()
    assert load.answers > 10
    assert load.lost == 0
