"""A real server of a stack: gunicorn, one gevent worker, on a port of loopback that the system picks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from benchmarks.harness import BenchmarkError

METRICS = re.compile(r"metrics (http://127\.0\.0\.1:\d+/metrics)")
"""``obs run`` says where they are as it starts."""

COUNT = re.compile(r"^http_server_request_duration_seconds_count\{.*\} (\S+)", re.MULTILINE)

LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True)
class Spec:
    """``stack`` is what the worker builds; ``prefix`` stands before the start command, as ``obs run --`` does."""

    name: str
    title: str
    stack: str
    prefix: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)


class Server:
    """Starts ``spec``'s server and waits until it listens. A context manager; leaving it ends the server."""

    def __init__(self, spec: Spec, *, deadline: float = 30.0) -> None:
        """Raises BenchmarkError, with the end of the server's output, if it isn't up within ``deadline`` seconds."""
        self.spec = spec
        self.folder = TemporaryDirectory(prefix="obs-bench-")
        self.output = Path(self.folder.name, "output")
        pid_file = Path(self.folder.name, "pid")
        environ = os.environ | spec.environ | {"BENCHMARKS_STACK": spec.stack, "BENCHMARKS_PID": str(pid_file)}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(self._command(), stdout=output, stderr=output, env=environ)
        self.port = int(self._await(self._port, deadline))
        self.worker = int(self._await(lambda: pid_file.read_text() if pid_file.exists() else "", deadline))

    def check(self, made: int) -> None:
        """Raises BenchmarkError if ``obs run`` counted less than the ``made`` requests: what isn't on is cheap."""
        if not self.spec.prefix:
            return
        found = METRICS.search(self.output.read_text())
        try:
            counted = _counted(found[1]) if found else 0
        except OSError as error:
            raise BenchmarkError(f"{self.spec.name}: no metrics, so obs may be off: {error}") from error
        if counted < made:
            raise BenchmarkError(f"{self.spec.name}: obs counted {counted} of {made} requests")

    def _command(self) -> list[str]:
        options = ["--worker-class", "gevent", "--workers", "1", "--bind", "127.0.0.1:0", "--log-level", "info"]
        return [*self.spec.prefix, sys.executable, "-m", "gunicorn", *options, "benchmarks.stacks.served:app"]

    def _port(self) -> str:
        found = LISTENING.search(self.output.read_text())
        return found[1] if found else ""

    def _await(self, look: Callable[[], str], deadline: float) -> str:
        until = time.monotonic() + deadline
        while time.monotonic() < until and self.process.poll() is None:
            if found := look():
                return found
            time.sleep(0.02)
        tail = "\n".join(self.output.read_text().splitlines()[-8:])
        self.__exit__()
        raise BenchmarkError(f"the server of {self.spec.name} didn't start:\n{tail}")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        """SIGTERM, and SIGKILL to what is left after 10 seconds."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()


def _counted(url: str) -> int:
    """The requests that are counted in the metrics at ``url``."""
    with urlopen(url, timeout=10) as page:
        return int(sum(map(float, COUNT.findall(page.read().decode()))))
