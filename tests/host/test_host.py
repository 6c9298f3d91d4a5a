"""The host process beside a service: what it serves, and that its death loses nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider

from obs.tracing import wire
from tests.host.launched import HERE, until


@pytest.fixture
def counting(python):
    """A service that has counted once."""
    run = python("target_counts.py", stdin=subprocess.PIPE).says("ready")
    count(run, 1)
    return run


def count(run, number: int) -> None:
    run.process.stdin.write(b"\n")
    run.process.stdin.flush()
    run.says(f"counted {number}\n")


def counted(run) -> float:
    text = run.get("/metrics")
    return float(re.search(r'^obs_request_disconnects_total\{[^}]*http_route="/r"[^}]*\} (\S+)', text, re.M)[1])


def end(run) -> int:
    run.process.stdin.close()
    return run.end()


def test_metrics_are_read_from_the_services_memory(counting):
    assert counted(counting) == 1.0
    assert 'service="shop"' in counting.get("/metrics")
    count(counting, 2)
    assert counted(counting) == 2.0
    assert end(counting) == 0


def test_health(counting):
    health = counting.health()
    assert (health["service"], health["processes"], health["host"]["restarts"]) == ("shop", 1, 0)
    assert health["run"].startswith("shop-")
    assert health["spans"]["received"] == 0
    assert end(counting) == 0


def test_a_host_that_is_killed_is_started_again_and_nothing_is_lost(counting):
    for restarts in (1, 2, 3):
        os.kill(until(lambda: counting.host), signal.SIGKILL)
        count(counting, restarts + 1)
        assert counted(counting) == restarts + 1  # waits in the kernel for the new host
        assert counting.health()["host"]["restarts"] == restarts
    assert "the host process died (killed by SIGKILL); starting it again" in counting.err
    assert end(counting) == 0


def test_no_poll_fails_and_no_counter_goes_back_while_hosts_are_killed(counting):
    """Polls that come while there is no host; one that the killed host was just answering has to fail."""
    seen: list[float] = []
    for number in range(2, 6):
        host = until(lambda: counting.host)
        os.kill(host, signal.SIGKILL)
        polls = [threading.Thread(target=lambda: seen.append(counted(counting))) for _ in range(5)]
        for poll in polls:
            poll.start()
        count(counting, number)
        for poll in polls:
            poll.join()
    assert len(seen) == 20
    assert seen == sorted(seen)
    assert end(counting) == 0


def test_spans_that_come_while_there_is_no_host_are_not_lost(counting):
    host = until(lambda: counting.host)
    os.kill(host, signal.SIGSTOP)
    for _ in range(5):
        send_span(counting)
    os.kill(host, signal.SIGKILL)
    until(lambda: counting.health()["spans"]["received"] == 5)
    assert end(counting) == 0


def send_span(run) -> None:
    (folder,) = run.runtime.iterdir()
    span = TracerProvider().get_tracer("tests").start_span("x")
    span.end()
    datagram = wire.pack(wire.head(span.resource), [wire.encode(span)])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, str(folder / "spans.sock"))


def test_processes_that_die_are_folded_by_themselves(launch):
    """Nobody scrapes: files still don't pile up."""
    program = f"{sys.executable} {HERE / 'target_counts.py'}"
    run = launch(
        "sh", "-c", f"for i in 1 2 3; do echo | {program}; done; echo done; read line; exit 0", stdin=subprocess.PIPE
    )
    run.says("done")
    (folder,) = run.runtime.iterdir()
    until(lambda: (folder / "folded.obs").exists() and len(list(folder.glob("*.obs"))) == 2)  # and the host's own
    assert counted(run) == 3.0
    assert end(run) == 0


def test_the_host_costs_next_to_nothing_when_nothing_happens(counting):
    host = until(lambda: counting.host)
    counted(counting)
    until(lambda: cpu_ticks(host) > 0)
    before = cpu_ticks(host)
    time.sleep(3)
    assert cpu_ticks(host) - before <= 3  # 1% of the 3 s: no busy loop. The budget is the benchmarks' business


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_the_host_has_only_its_own_descriptors_and_not_the_services(launch):
    """A socket of the service's that it kept open would keep the port open."""
    reading, writing = os.pipe()
    run = launch("sh", "-c", "echo ready; read line; exit 0", stdin=subprocess.PIPE, pass_fds=(reading, writing)).says(
        "ready"
    )
    run.health()
    theirs = [fd.readlink() for fd in Path(f"/proc/{run.host}/fd").iterdir()]
    assert Path(f"/proc/self/fd/{reading}").readlink() not in theirs
    os.close(reading)
    os.close(writing)
    assert end(run) == 0


def test_a_host_that_hangs_does_not_hold_up_the_end(counting):
    os.kill(until(lambda: counting.host), signal.SIGSTOP)
    assert end(counting) == 0
    assert list(counting.runtime.iterdir()) == []


def test_a_collector_that_hangs_does_not_hold_up_the_end(python):
    with socket.create_server(("127.0.0.1", 0)) as collector:
        environ = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.getsockname()[1]}",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "600000",
            "OBS_SHUTDOWN_TIMEOUT": "0.5",
        }
        run = python("target_counts.py", stdin=subprocess.PIPE, env=environ).says("ready")
        send_span(run)
        until(lambda: run.health()["spans"]["received"] == 1)
        assert end(run) == 0
    assert list(run.runtime.iterdir()) == []


def test_when_the_launcher_is_killed_the_host_serves_on_and_ends_with_the_service(counting):
    counting.health()
    host = counting.host
    counting.signal(signal.SIGKILL).end()
    count(counting, 2)
    assert counted(counting) == 2.0
    counting.process.stdin.close()
    until(lambda: not Path(f"/proc/{host}").exists())
    assert list(counting.runtime.iterdir()) == []


def test_a_host_without_its_dependencies_says_so_once_and_the_service_runs(launch, tmp_path):
    """Such as a prometheus_client that can't be imported."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "prometheus_client.py").write_text("raise ImportError('no such luck')")
    run = launch(
        "sh", "-c", "echo ready; read line; exit 5", env={"PYTHONPATH": str(broken)}, stdin=subprocess.PIPE
    ).says("ready")
    until(lambda: "obs: no such luck; metrics and traces are off" in run.err)
    run.process.stdin.close()
    assert run.end() == 5
    assert run.err.count("no such luck") == 1
