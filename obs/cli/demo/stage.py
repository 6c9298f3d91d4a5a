"""Everything that the demo runs, in folders of its own, and the certain end of it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from obs.cli.demo import example, prometheus, queues
from obs.cli.demo.component import Component
from obs.errors import ObsError
from obs.host.blocks.find import Runs
from obs.host.blocks.gather import gather
from obs.host.live.address import read_address
from obs.host.reading import reading
from obs.host.tally import Reading
from obs.metrics.metric import Metric
from obs.metrics.reader import Reader
from obs.runtime.blocks.block import Block

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

OTHERS = {"CHAT_BROKER", "GUNICORN_CMD_ARGS", "OBS_CONFIG"}
"""Variables that would make the example another service."""

PATIENCE = 12.0
"""Seconds for the service to end: gunicorn's and the host process's own deadlines are in it."""


class Stage:
    """The service under ``obs run``, the traffic, and what they need. A context manager: at its end nothing is left."""

    def __init__(self, workers: int, metrics_port: int, queue: str = queues.DEFAULT) -> None:
        self.workers, self.port, self.queue = workers, metrics_port, queue
        self.broker_port = example.free_port() if queues.needs_redis(queue) else 0
        """Of the Redis that the jobs go through; 0 for none."""
        self.service_port = example.free_port()
        self.example = example.find()
        self._ending = ExitStack()
        self._reader: Reader | None = None
        self._rings: Runs | None = None

    def __enter__(self) -> Stage:
        self.folder = self._temporary(None)
        self.runtime_dir = self._temporary(memory())
        return self

    def __exit__(self, *_: object) -> None:
        with ignored():
            self._ending.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.service_port}"

    @property
    def metrics_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_url(self) -> str | None:
        """Where the live view is, with its token; None if there is none."""
        return next(filter(None, map(read_address, self.runtime_dir.iterdir())), None)

    def serves(self) -> bool:
        """Whether the service answers, and so does the host process beside it."""
        return answers(self.service_port, "/health") and answers(self.port, "/healthz")

    def read(self) -> Reading:
        """What the run's shared memory says now."""
        if self._reader is None:
            self._reader = Reader(next(path for path in self.runtime_dir.iterdir() if path.is_dir()), unobserved)
            self._ending.callback(self._reader.close)
        found = self._reader.snapshot().series
        return reading(time.monotonic(), ((key.metric.name, key.labels, cells) for key, cells in found.items()))

    def blocks(self) -> Sequence[Block]:
        """The run's blocked loops so far."""
        with suppress(ObsError):  # there has been none
            self._rings = self._rings or Runs(self.runtime_dir)
            return gather(self._rings.look()).blocks
        return ()

    def start_broker(self) -> Component | None:
        """The Redis of the queue; None if it needs none."""
        return self._start("redis", queues.command(self.folder, self.broker_port)) if self.broker_port else None

    def start_service(self) -> Component:
        """gunicorn with the chat API, which starts the job worker, under ``obs run``."""
        run = [sys.executable, "-m", "obs", "run", "--port", str(self.port), "--"]
        return self._start("service", [*run, sys.executable, "-m", "gunicorn"])

    def start_traffic(self, rps: float, duration: float) -> Component:
        """The load generator, which ends by itself."""
        command = [sys.executable, str(self.example / "traffic.py"), "--url", self.url, "--json"]
        return self._start("traffic", [*command, "--rps", f"{rps:g}", "--duration", f"{duration:g}"])

    def start_prometheus(self, port: int) -> Component | None:
        """A Prometheus on ``port`` that scrapes the run; None if there is none on this machine."""
        command = prometheus.command(self.folder, self.port, port)
        return self._start("prometheus", command) if command else None

    def _start(self, name: str, command: list[str]) -> Component:
        environ = environment(os.environ, self.folder, self.runtime_dir, self.service_port, self.workers)
        environ |= queues.environment(self.queue, self.broker_port)
        component = Component(name, command, self.folder, cwd=self.example, environ=environ, patience=PATIENCE)
        self._ending.callback(component.stop)
        return component

    def _temporary(self, parent: Path | None) -> Path:
        prefix = f"obs-demo-{os.getpid()}-"
        folder = tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True)
        return Path(self._ending.enter_context(folder))


def unobserved(_: object) -> dict[Metric, float]:
    """Of the processes themselves a reader need not know anything here: the host process keeps account of them."""
    return {}


def environment(environ: Mapping[str, str], folder: Path, runtime_dir: Path, port: int, workers: int) -> dict[str, str]:
    """What the programs find in their environment: ``environ``, and what keeps all they make in our folders."""
    ours = {
        "CHAT_PORT": str(port),
        "CHAT_WORKERS": str(workers),
        "OBS_RUNTIME_DIR": str(runtime_dir),
        "TMPDIR": str(folder),
    }
    return {name: value for name, value in environ.items() if name not in OTHERS} | ours


def memory() -> Path | None:
    """The folder of the system's shared memory, or None where there is none that we may use."""
    shared = Path("/dev/shm")  # noqa: S108  what is made there is random and 0700
    return shared if os.access(shared, os.W_OK) else None


def answers(port: int, path: str) -> bool:
    """Whether there is a 200 at that place on this machine.

    A server that listens already is waited for: a question that was given up would be answered, and counted, later.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=20.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and a hang-up do what Ctrl-C does: raise KeyboardInterrupt."""
    with handling(signal.default_int_handler):
        yield


@contextmanager
def ignored() -> Iterator[None]:
    """Let the end be reached: all of :data:`ENDING` is ignored meanwhile, and the end has its own deadlines."""
    with handling(signal.SIG_IGN):
        yield


@contextmanager
def handling(handler: Any) -> Iterator[None]:
    """``handler`` for those of :data:`ENDING` that whoever started us (nohup, say) has not ignored already."""
    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heard}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
