"""The traffic is open-loop: requests start when they are due, and time counts from then."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest


class Time:
    """A clock that only moves when somebody sleeps, or a request takes its time."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def loop(time: Time, send: Callable[[Any], int], *, limit: int = 10, spawn: Any = None) -> Any:
    from load.openloop import OpenLoop
    from load.tally import Tally

    at_once = spawn or (lambda call, *args: call(*args))
    return OpenLoop(send, Tally(), limit, clock=time.clock, sleep=time.sleep, spawn=at_once)


def request() -> Any:
    from load.mix import Request

    return Request("GET /x", "/x")


def test_arrivals_are_a_poisson_process_of_that_rate_and_the_same_for_a_seed() -> None:
    from load.openloop import arrivals

    due = list(arrivals(50.0, 100.0, Random(7)))
    gaps = [after - before for before, after in pairwise(due)]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert due == list(arrivals(50.0, 100.0, Random(7))) == sorted(due)
    assert due[-1] < 100.0
    assert len(due) == pytest.approx(5000, rel=0.05)
    assert variance**0.5 == pytest.approx(mean, rel=0.05)  # exponential gaps: deviation equals mean


def test_each_request_starts_when_it_is_due() -> None:
    time, starts = Time(), []
    loop(time, lambda _: starts.append(time.now) or 200).run([0.5, 0.75, 2.0], request)
    assert starts == [100.5, 100.75, 102.0]


def test_time_counts_from_when_a_request_was_due_not_from_when_it_was_sent() -> None:
    """A stuck sender of one second: a closed loop would report one slow answer; here all that were due are slow."""
    time = Time()

    def send(_: Any) -> int:
        time.now += 1.0 if time.now < 101.0 else 0.0
        return 200

    traffic = loop(time, send)
    traffic.run([0.0, 0.25, 0.5, 1.5], request)
    assert traffic.tally.seconds["GET /x"] == pytest.approx([1.0, 0.75, 0.5, 0.0])
    assert traffic.tally.behind == pytest.approx(0.75)


def test_what_is_due_beyond_the_limit_is_dropped_and_counted() -> None:
    time, pending = Time(), []
    traffic = loop(time, lambda _: 200, limit=2, spawn=lambda *call: pending.append(call))
    traffic.run([0.0, 0.1, 0.2, 0.3], request)
    assert (traffic.tally.sent, traffic.tally.dropped, traffic.in_flight) == (2, 2, 2)
    for call, *args in pending:
        call(*args)
    assert traffic.in_flight == 0


def test_a_failure_is_counted_by_its_name_and_ends_nothing() -> None:
    def send(_: Any) -> int:
        raise ConnectionResetError

    traffic = loop(Time(), send)
    traffic.run([0.0, 0.1], request)
    assert traffic.tally.summary()["answers"] == {"GET /x": {"ConnectionResetError": 2}}
    assert traffic.tally.summary()["answered"] == 0


def test_answers_that_never_come_are_unfinished_after_the_grace() -> None:
    time = Time()
    traffic = loop(time, lambda _: 200, spawn=lambda *_: None)
    traffic.run([0.0], request)
    traffic.finish(grace=5.0)
    assert traffic.tally.unfinished == 1
    assert time.now == pytest.approx(105.0, abs=0.1)


def test_quantiles_are_nearest_rank() -> None:
    from load.tally import spread

    assert spread([float(n) for n in range(1, 101)]) == {"p50": 50.0, "p99": 99.0, "max": 100.0}
    assert spread([3.0]) == {"p50": 3.0, "p99": 3.0, "max": 3.0}
    assert spread([]) == {}


def test_the_mix_covers_every_route_of_the_application(client: Any) -> None:
    from load.mix import MIX

    rules = {
        f"{method} {rule.rule}"
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert {make(Random(1)).route for _, make in MIX} == rules
    assert sum(weight for weight, _ in MIX) == 100.0


def test_every_request_of_the_mix_is_one_that_the_application_knows(client: Any) -> None:
    from load.mix import MIX

    for _, make in MIX:
        asked = make(Random(1))
        if not asked.listens:
            answer = client.open(asked.path, method=asked.method, data=asked.body, content_type=asked.content_type)
            assert answer.status_code in {200, 201, 400, 404}, asked.route


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1:80",
        "https://127.0.0.1",
        "http://127.0.0.1.example.com",
        "ftp://localhost",
        "",
        "x",
    ],
)
def test_only_this_machine_is_a_target(url: str) -> None:
    from load.client import loopback

    with pytest.raises(ValueError, match="this machine"):
        loopback(url)


def test_a_target_on_this_machine() -> None:
    from load.client import loopback

    assert loopback("http://localhost:8000/") == ("127.0.0.1", 8000)
    assert loopback("http://127.0.0.3") == ("127.0.0.3", 80)
    assert loopback("http://[::1]:9") == ("::1", 9)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers anything with 200, and keeps the connection."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET  # noqa: N815  http.server looks for this name

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def run(chat: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(chat / "traffic.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_command_prints_one_json_object_that_adds_up(chat: Path, server: str) -> None:
    done = run(chat, "--url", server, "--rps", "200", "--duration", "1", "--json")
    summary = json.loads(done.stdout)
    answers = sum(n for statuses in summary["answers"].values() for n in statuses.values())
    assert summary["sent"] == summary["answered"] == answers > 100
    assert summary["dropped"] == summary["unfinished"] == 0


def test_the_command_refuses_another_machine(chat: Path) -> None:
    done = run(chat, "--url", "http://192.0.2.1", "--duration", "1")
    assert done.returncode == 2
    assert "not http:// and an address of this machine" in done.stderr


@pytest.mark.parametrize("arguments", [("--rps", "0"), ("--rps", "nan"), ("--duration", "-1"), ("--duration", "1e9")])
def test_the_command_refuses_a_rate_or_duration_out_of_bounds(chat: Path, arguments: tuple[str, str]) -> None:
    assert run(chat, *arguments).returncode == 2
