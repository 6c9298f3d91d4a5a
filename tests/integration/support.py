"""Real servers for the tests: started on a free port, waited for, stopped whatever happens."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

APPS = Path(__file__).parent / "apps"
DEADLINE = 30.0
"""Seconds that a real server may take to start or stop on a busy machine."""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def gunicorn(app: str, port: int, worker: str = "gevent", workers: int = 1, *options: str) -> list[str]:
    command = [sys.executable, "-m", "gunicorn", "-k", worker, "-w", str(workers), "-b", f"127.0.0.1:{port}"]
    return [*command, "--log-level", "warning", *options, app]


def under_obs(command: Sequence[str], metrics_port: int, *options: str) -> list[str]:
    return [sys.executable, "-m", "obs", "run", "--port", str(metrics_port), *options, "--", *command]


@contextmanager
def running(
    command: Sequence[str], port: int, env: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """``command``, from when it accepts connections on ``port`` to when its whole group has ended."""
    output = log.open("ab") if log else subprocess.DEVNULL
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    process = subprocess.Popen(command, cwd=APPS, env=environ, stdout=output, stderr=output, start_new_session=True)
    try:
        wait_for_port(port, process)
        yield process
    finally:
        stop(process)
        if log:
            output.close()


def stop(process: subprocess.Popen[bytes]) -> int:
    """SIGTERM, and SIGKILL for the whole group if that isn't enough. The exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(DEADLINE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait(DEADLINE)


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"{process.args} ended with {process.returncode} before it served")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"{process.args} doesn't accept connections on port {port}")


def exchange(port: int, request: bytes, timeout: float = DEADLINE) -> bytes:
    """One connection: all the bytes that come back for ``request`` until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout) as s:
        s.sendall(request)
        received = []
        while chunk := s.recv(65536):
            received.append(chunk)
    return b"".join(received)


def get(url: str, **headers: str) -> str:
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
        return answer.read().decode()


def without_date(answer: bytes) -> bytes:
    return re.sub(rb"(?m)^Date: [^\r]*\r$", b"Date:\r", answer, count=1)


def samples(text: str) -> dict[str, float]:
    """An exposition as ``{'name{labels}': value}``."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {series: float(value) for series, value in (line.split(" # ")[0].rsplit(" ", 1) for line in lines)}
