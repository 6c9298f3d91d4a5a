"""Puts a program on: what it asks, the service under ``obs run``, and those who ask it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

from profiles.gallery import Program
from profiles.load import load
from profiles.stand_ins import standing_in

READY = 30.0
"""Seconds that a service may take to start, or to stop, on a busy machine."""
WARM = 1.5
"""Seconds of load before anybody looks: pools are full, and lines are as long as they get."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A program that runs, with its load."""

    program: Program
    port: int
    folder: Path
    """What it works in, which goes with it."""
    code: Path
    """Where its ``app.py`` is."""
    env: Mapping[str, str]
    """The variables that it has."""
    statuses: list[int]
    """Of the answers that its clients got; it grows."""

    def obs(self, *arguments: str, codes: Sequence[int] = (0,), seconds: float = 120.0) -> str:
        """What an ``obs`` command prints. Raises CalledProcessError if its exit code is none of ``codes``."""
        command = [sys.executable, "-m", "obs", *arguments]
        env = {**self.env, "COLUMNS": "100"}
        ran = subprocess.run(command, env=env, cwd=self.code, capture_output=True, timeout=seconds, check=False)
        if ran.returncode not in codes:
            raise subprocess.CalledProcessError(ran.returncode, command, ran.stdout, ran.stderr)
        return ran.stdout.decode()

    def record(self, file: Path, seconds: float) -> None:
        """A session of it, of all views. Raises CalledProcessError."""
        self.obs("profile", "--service", self.program.service, "--seconds", f"{seconds:g}", "-o", str(file))


@contextmanager
def staged(program: Program, code: Path | None = None) -> Iterator[Staged]:
    """It runs, and is asked, until the end of the block. Raises RuntimeError if it doesn't start.

    ``code``: a folder with an ``app.py`` in place of the program's own.
    """
    code = code or program.folder
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{program.name}-")))
        places = {n: stack.enter_context(standing_in(w, n, folder)) for n, w in program.stand_ins.items()}
        port = free_port()
        env = {**environment(program, folder), **places}
        service = stack.enter_context(running(served(program, port, code), folder, env))
        answering(service, port, folder)
        if program.beside:
            stack.enter_context(running([sys.executable, str(code / program.beside)], folder, env))
        statuses = stack.enter_context(load(port, program.clients))
        sleep(WARM)
        yield Staged(program, port, folder, code, env, statuses)


def environment(program: Program, folder: Path) -> dict[str, str]:
    """That of a server which this Python is installed on."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OBS_RUNTIME_DIR": str(folder / "run"),
        "OBS_SERVICE": program.service,
    }


def served(program: Program, port: int, code: Path) -> list[str]:
    """The command."""
    gunicorn = ["-m", "gunicorn", "-k", "gevent", "-w", "1", *program.server, "-b", f"127.0.0.1:{port}"]
    options = ["--pythonpath", str(code), "--log-level", "warning", "app:app"]
    run = ["-m", "obs", "run", "--port", str(free_port()), "--"]
    return [sys.executable, *run, sys.executable, *gunicorn, *options]


@contextmanager
def running(command: list[str], folder: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, which ends with the block; what it says is in ``folder / "log"``."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(READY)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answering(service: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until it answers, whatever that is: connections are taken before there is a worker."""
    until = monotonic() + READY
    while monotonic() < until and service.poll() is None:
        with closing(HTTPConnection("127.0.0.1", port, timeout=READY)) as client, suppress(OSError, HTTPException):
            client.request("GET", "/")
            client.getresponse().read()
            return
        sleep(0.05)
    raise RuntimeError(f"the service doesn't start: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
