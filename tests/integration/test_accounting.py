"""Where the time of a real server's requests went, told by /metrics, against what the handlers know they did."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.load import under_load
from tests.integration.support import DEADLINE, free_port, get, gunicorn, running, samples, stop, under_obs
from tests.integration.test_crashes import arbiter_of, children, requests_counted

STATES = ("cpu", "held", "delay", "wait")
LABEL = re.compile(r'(\w+)="([^"]*)"')
NEAR = 0.1
"""How much of its duration a handler may not know of: Flask, the socket, a machine that lets others run."""

Clocks = dict[str, float]


@dataclass(frozen=True)
class Service:
    port: int
    metrics: int
    launcher: int
    log: Path

    def ask(self, path: str) -> Clocks:
        """What the handler says it did."""
        return json.loads(get(f"http://127.0.0.1:{self.port}{path}"))

    def scrape(self) -> str:
        return get(f"http://127.0.0.1:{self.metrics}/metrics")

    def seconds(self) -> dict[str, Clocks]:
        """obs_work_seconds_total by work and state."""
        found: dict[str, Clocks] = {}
        for labels, value in self.series("obs_work_seconds_total"):
            clocks = found.setdefault(labels["work"], dict.fromkeys(STATES, 0.0))
            clocks[labels["state"]] += value
        return found

    def series(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        for series, value in samples(self.scrape()).items():
            if series.partition("{")[0] == name:
                yield dict(LABEL.findall(series)), value

    def duration(self, route: str) -> float:
        found = self.series("http_server_request_duration_seconds_sum")
        return sum(value for labels, value in found if labels["http_route"] == route)

    def accounted(self, route: str, seconds: float) -> Clocks:
        """The clocks of ``GET route``, once they add up to about ``seconds``: they are counted once a second."""
        deadline = time.monotonic() + DEADLINE / 3
        while True:
            clocks = self.seconds().get(f"GET {route}", dict.fromkeys(STATES, 0.0))
            if sum(clocks.values()) >= seconds * 0.98 or time.monotonic() > deadline:
                return clocks
            time.sleep(0.1)


@contextmanager
def serving(folder: Path, *options: str, worker: str = "gevent", **env: str) -> Iterator[Service]:
    port, metrics, log = free_port(), free_port(), folder / "log"
    command = under_obs(gunicorn("clocks:app", port, worker, 1, *options), metrics)
    with running(command, port, {"OBS_RUNTIME_DIR": str(folder / "run"), **env}, log) as launcher:
        yield Service(port, metrics, launcher.pid, log)
    assert launcher.returncode == 0
    assert "Traceback" not in log.read_text(), log.read_text()
    assert "goes on without" not in log.read_text(), log.read_text()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("accounting")) as service:
        yield service


@pytest.mark.parametrize("route", ["/sleep", "/burn", "/held", "/fan-out"])
def test_a_request_alone_has_what_its_handler_did_and_it_adds_up(service: Service, route: str) -> None:
    told: Counter[str] = Counter()
    for _ in range(5):
        told.update(service.ask(route))
    duration = service.duration(route)
    clocks = service.accounted(route, duration)
    assert sum(clocks.values()) == pytest.approx(duration, rel=0.02)
    for state in STATES:
        assert clocks[state] == pytest.approx(told[state], abs=NEAR * duration), (clocks, told)


def test_victims_are_delayed_and_the_culprit_is_named(service: Service) -> None:
    before = service.seconds().get("GET /nap", dict.fromkeys(STATES, 0.0))
    delayed = 0.0
    with ThreadPoolExecutor(8) as clients:
        burning = clients.submit(lambda: [service.ask("/burn") for _ in range(10)])
        while not burning.done():
            told = list(clients.map(service.ask, ["/nap"] * 4))
            delayed += sum(each["delay"] for each in told)
    assert delayed > 0.3
    clocks = service.accounted("/nap", service.duration("/nap"))
    # More than the handlers saw: some stood in line between their last step and their answer.
    assert clocks["delay"] - before["delay"] == pytest.approx(delayed, rel=0.15)
    charged = {labels["culprit"]: v for labels, v in victims_of(service, "GET /nap")}
    assert max(charged, key=lambda culprit: charged[culprit]) == "GET /burn"
    assert charged["GET /burn"] >= 0.7 * delayed


def victims_of(service: Service, victim: str) -> Iterator[tuple[dict[str, str], float]]:
    found = service.series("obs_interference_seconds_total")
    return (each for each in found if each[0]["victim"] == victim)


def test_cpu_of_the_process_is_all_accounted_for_by_name(service: Service) -> None:
    def off() -> float:
        named = sum(clocks["cpu"] for clocks in service.seconds().values())
        (process,) = (v for _, v in service.series("process_cpu_seconds_total"))
        return named / process - 1

    service.ask("/burn")
    # obs turns itself on when Python has started already: what that took is nobody's.
    until(lambda: -0.35 < off() <= 0.02)


@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_without_gevent_cpu_is_the_threads_and_the_rest_is_wait(tmp_path: Path, worker: str) -> None:
    with serving(tmp_path, worker=worker) as service:
        service.ask("/nap")  # obs's threads start with the first request, and it waits for the GIL meanwhile
        for _ in range(3):
            service.ask("/sleep")
            service.ask("/burn")
        sleeping = service.accounted("/sleep", service.duration("/sleep"))
        burning = service.accounted("/burn", service.duration("/burn"))
    assert sleeping["wait"] == pytest.approx(0.3, rel=NEAR)
    assert burning["cpu"] == pytest.approx(0.3, rel=NEAR)
    assert sleeping["held"] == sleeping["delay"] == 0.0


def test_gevents_monitor_and_obs_watch_the_same_loop(tmp_path: Path) -> None:
    """gevent's tracer is installed when the hub first runs, after obs's or before it: both go on."""
    monitor = {"GEVENT_MONITOR_THREAD_ENABLE": "true", "GEVENT_MAX_BLOCKING_TIME": "0.02"}
    with serving(tmp_path, **monitor) as service:
        for _ in range(5):
            service.ask("/burn")
        clocks = service.accounted("/burn", service.duration("/burn"))
        assert clocks["cpu"] == pytest.approx(0.5, rel=NEAR)
        until(lambda: "appears to be blocked" in service.log.read_text())


def test_a_graceful_shutdown_lets_requests_finish(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    command = under_obs(gunicorn("clocks:app", port, "gevent", 1), free_port())
    env = {"OBS_RUNTIME_DIR": str(tmp_path / "run")}
    with running(command, port, env, log) as launcher, ThreadPoolExecutor(4) as clients:
        get(f"http://127.0.0.1:{port}/nap")
        began = threading.Barrier(5)

        def ask() -> str:
            began.wait()
            return get(f"http://127.0.0.1:{port}/sleep")

        answers = [clients.submit(ask) for _ in range(4)]
        began.wait()
        time.sleep(0.03)  # they are under way
        assert stop(launcher) == 0
        assert [json.loads(answer.result())["wait"] for answer in answers] == [0.1] * 4
    assert "Traceback" not in log.read_text(), log.read_text()


def test_a_reload_loses_no_answer_and_no_second(tmp_path: Path) -> None:
    # Connections that are busy for good keep an old worker until its time is over, with obs or without.
    with serving(tmp_path, "--log-level", "critical", "--graceful-timeout", "2") as service:
        arbiter = arbiter_of(service.launcher)
        with under_load(service.port, "/nap", clients=4) as load:
            for _ in range(2):
                (worker,) = children(arbiter)
                signalled(arbiter)
                until(lambda worker=worker: worker not in children(arbiter) and children(arbiter))
                answered = load.answers
                until(lambda answered=answered: load.answers > answered + 20)
        assert load.statuses == {200: load.answers}
        duration = service.duration("/nap")
        clocks = service.accounted("/nap", duration)
        assert sum(clocks.values()) == pytest.approx(duration, rel=0.02)
        assert clocks["wait"] == pytest.approx(0.02 * load.answers, rel=NEAR)


def signalled(arbiter: int) -> None:
    os.kill(arbiter, signal.SIGHUP)


def test_workers_that_retire_after_so_many_requests_leave_all_their_seconds(tmp_path: Path) -> None:
    with serving(tmp_path, "--max-requests", "10", "--log-level", "critical") as service:
        for _ in range(35):
            asked_until_answered(service, "/nap")
        until(lambda: requests_counted(service.scrape()) >= 35)
        duration = service.duration("/nap")
        clocks = service.accounted("/nap", duration)
    assert sum(clocks.values()) == pytest.approx(duration, rel=0.02)
    assert clocks["wait"] == pytest.approx(35 * 0.02, rel=NEAR)


def asked_until_answered(service: Service, path: str) -> None:
    """For a moment nobody listens while the only worker is replaced."""

    def answered() -> bool:
        try:
            service.ask(path)
        except OSError:
            return False
        return True

    until(answered)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)
