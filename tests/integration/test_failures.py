"""What obs depends on breaks, under a real server: the service answers as before and ends in time."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.load import under_load
from tests.integration.support import DEADLINE, free_port, get, gunicorn, running, samples, stop, under_obs

QUIET = ("--log-level", "critical")
TIMEOUT = 2.0
"""OBS_SHUTDOWN_TIMEOUT, in seconds."""
REQUESTS = 200


@contextmanager
def refusing() -> Iterator[int]:
    yield free_port()


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A collector that does ``answer`` with each connection, one thread each."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def hang(connection: socket.socket) -> None:
    time.sleep(DEADLINE)
    connection.close()


def fail(connection: socket.socket) -> None:
    with connection, suppress(ConnectionError):  # the one who sends may leave in the middle
        while connection.recv(65536):
            connection.sendall(b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n")


COLLECTORS = {"refuses": refusing, "hangs": lambda: listening(hang), "answers 500": lambda: listening(fail)}


@pytest.mark.parametrize("collector", COLLECTORS)
def test_a_collector_that_fails_costs_neither_an_answer_nor_the_exit(collector: str, tmp_path: Path) -> None:
    port, metrics = free_port(), free_port()
    with COLLECTORS[collector]() as collects:
        env = {
            "OBS_RUNTIME_DIR": str(tmp_path),
            "OBS_TRACE_RATIO": "1",
            "OBS_SHUTDOWN_TIMEOUT": str(TIMEOUT),
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collects}",
        }
        with running(under_obs(gunicorn("zoo:app", port, "gevent", 1, *QUIET), metrics), port, env) as launcher:
            with under_load(port, "/users/1", clients=2) as load:
                _until(lambda: load.answers >= REQUESTS)
            assert (set(load.statuses), load.lost) == ({200}, 0)
            began = time.monotonic()
            assert stop(launcher) == 0
            took = time.monotonic() - began
    # gunicorn's gevent worker looks for its end once a second; the rest is obs's deadline, and a busy machine.
    assert took < TIMEOUT + 6.0


def test_a_host_process_killed_under_load_costs_no_answer_and_no_count(tmp_path: Path) -> None:
    port, metrics = free_port(), free_port()
    env = {"OBS_RUNTIME_DIR": str(tmp_path), "OBS_TRACE_RATIO": "1"}
    with running(under_obs(gunicorn("zoo:app", port, "gevent", 2, *QUIET), metrics), port, env) as launcher:
        with under_load(port, "/users/1", clients=2) as load:
            for _ in range(3):
                before = load.answers
                os.kill(_host_of(launcher.pid), signal.SIGKILL)
                _until(lambda before=before: load.answers >= before + REQUESTS)
                get(f"http://127.0.0.1:{metrics}/metrics")
        counted = _counted(metrics)
        assert (set(load.statuses), load.lost) == ({200}, 0)
        assert counted == load.answers


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounts a file system of its own")
def test_a_full_runtime_directory_is_one_line_and_the_service_answers(tmp_path: Path) -> None:
    small = tmp_path / "shm"
    small.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k,mode=0700", "tmpfs", small], check=True)
    try:
        (small / "full").write_bytes(b"x" * 12_000)
        port, log = free_port(), tmp_path / "log"
        command = under_obs(gunicorn("zoo:app", port, "gevent", 1, *QUIET), free_port())
        with running(command, port, {"OBS_RUNTIME_DIR": str(small)}, log):
            with under_load(port, "/users/1", clients=1) as load:
                _until(lambda: load.answers >= 20)
            assert set(load.statuses) == {200}
        said = [line for line in log.read_text().splitlines() if str(small) in line]
        assert said, log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


def _host_of(launcher: int) -> int:
    found: list[int] = []

    def look() -> bool:
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
        found[:] = [int(p) for p in children if b"obs.host.process" in Path(f"/proc/{p}/cmdline").read_bytes()]
        return bool(found)

    _until(look)
    return found[0]


def _counted(port: int) -> float:
    found = samples(get(f"http://127.0.0.1:{port}/metrics")).items()
    return sum(value for series, value in found if series.startswith("http_server_request_duration_seconds_count"))
