"""The app on gunicorn with one gevent worker, as each profiler wants it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.harness import BenchmarkError
from benchmarks.stacks.server import LISTENING

OBS_RUN = (sys.executable, "-m", "obs", "run", "--port", "0", "--service", "profiled", "--")


class Served:
    """A context manager; leaving it ends the server."""

    def __init__(self, prefix: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> None:
        """Raises BenchmarkError, with the end of its output, if it isn't up in half a minute."""
        self.folder = tempfile.TemporaryDirectory(prefix="obs-bench-")
        self.runtime = Path(self.folder.name, "run")
        self._output, pid = Path(self.folder.name, "output"), Path(self.folder.name, "pid")
        options = ["--worker-class", "gevent", "--workers", "1", "--bind", "127.0.0.1:0"]
        command = [*prefix, sys.executable, "-m", "gunicorn", *options, "benchmarks.profiler.app:app"]
        own = {"PROFILER_PID": str(pid), "OBS_RUNTIME_DIR": str(self.runtime)}
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, env={**os.environ, **(environ or {}), **own}
            )
        self.port = int(self._await(self._port))
        self.worker = int(self._await(lambda: pid.read_text() if pid.exists() else ""))

    def _port(self) -> str:
        found = LISTENING.search(self._output.read_text())
        return found[1] if found else ""

    def _await(self, look: Callable[[], str]) -> str:
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            if found := look():
                return found
            time.sleep(0.02)
        tail = "\n".join(self._output.read_text().splitlines()[-8:])
        self.__exit__()
        raise BenchmarkError(f"the profiled app didn't start:\n{tail}")

    def __enter__(self) -> Served:
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
