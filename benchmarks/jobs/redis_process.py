"""A redis-server of the benchmark's own: on a port that the system picks, and keeping nothing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory

from benchmarks.harness import BenchmarkError

PROGRAM = "redis-server"


def missing() -> str | None:
    """Why there can be none; None if there can."""
    return None if shutil.which(PROGRAM) else f"{PROGRAM} is not on this machine: real workers were not measured"


@contextmanager
def redis_process() -> Iterator[str]:
    """Its URL. Raises BenchmarkError if it doesn't answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="obs-bench-") as folder:
        command = [PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _await(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.kill()
            process.wait()


def _await(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise BenchmarkError(f"{PROGRAM} doesn't answer")
