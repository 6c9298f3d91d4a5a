"""The large service under a real ``obs run``, and what the kernel says of its host process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from benchmarks.harness import BenchmarkError
from obs.cli.demo.example import free_port
from obs.metrics.metric import Metric
from obs.metrics.reader import Reader

DEADLINE = 120.0

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Service:
    """One that runs."""

    port: int
    """Of its host process."""
    host: int
    """The pid of that."""
    folder: Path

    @property
    def cpu(self) -> float:
        """Seconds that the host process has used: of threads that have ended, too (``/proc/PID/stat``)."""
        fields = Path(f"/proc/{self.host}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def peak(self) -> float:
        """Bytes of memory that it has had resident at most: the mapped files of the processes are in it."""
        return self._kilobytes("status", "VmHWM") * 1024

    @property
    def proportional(self) -> float:
        """Bytes that it has now, of what is shared its part."""
        return self._kilobytes("smaps_rollup", "Pss") * 1024

    def _kilobytes(self, file: str, field: str) -> float:
        found = re.search(rf"^{field}:\s+(\d+)", Path(f"/proc/{self.host}/{file}").read_text(), re.MULTILINE)
        if found is None:
            raise BenchmarkError(f"/proc/PID/{file} says no {field}")
        return float(found[1])

    def size(self) -> tuple[int, float]:
        """Processes of the service, and the mean of their series."""
        reader = Reader(self.folder, unobserved)
        try:
            reader.snapshot()
            each = [len(file.directory.series) for file in reader.living() if is_service(file.directory.process)]
        finally:
            reader.close()
        return len(each), sum(each) / max(len(each), 1)


def unobserved(_: object) -> dict[Metric, float]:
    """Of the processes themselves nothing is asked here."""
    return {}


def is_service(facts: object) -> bool:
    return isinstance(facts, dict) and facts.get("role", "service") == "service"


@contextmanager
def running(processes: int, series: int, endpoints: int) -> Iterator[Service]:
    """The service, once every process of it has counted. Raises BenchmarkError."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="obs-benchmark-", dir=shared if shared.is_dir() else None) as folder:
        port = free_port()
        run = [sys.executable, "-m", "obs", "run", "--port", str(port), "--service", "fleet", "--"]
        command = [sys.executable, "-m", "benchmarks.live.fleet", *map(str, (processes, series, endpoints))]
        own = {"OBS_RUNTIME_DIR": folder, "OBS_BLOCK_LOG": "60s"}
        process = subprocess.Popen([*run, *command], env=os.environ | own, start_new_session=True)
        try:
            yield started(process, port, Path(folder), processes, series)
        finally:
            end(process)


def started(process: subprocess.Popen[bytes], port: int, folder: Path, processes: int, series: int) -> Service:
    def ready() -> Service | None:
        if process.poll() is not None:
            raise BenchmarkError(f"the service ended by itself, with {process.returncode}")
        with suppress(OSError, StopIteration):
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                pid = json.load(answer)["host"]["pid"]
            found = Service(port, pid, next(path for path in folder.iterdir() if path.is_dir()))
            alive, each = found.size()
            return found if alive == processes and each >= 0.9 * series else None
        return None

    return wait(ready, "the service")


def wait(ready: Callable[[], Service | None], what: str) -> Service:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        if found := ready():
            return found
        time.sleep(0.2)
    raise BenchmarkError(f"{what} is not ready after {DEADLINE:.0f} s")


def end(process: subprocess.Popen[bytes]) -> None:
    """Its processes are one session: none outlives it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 15)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
