"""Who looks at a process from outside: started, and ended when a round is over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness import BenchmarkError
from benchmarks.profiler.served import Served

RATE = 100
LONGEST = 600
"""Seconds after which a watcher ends by itself, should nobody be left to end it."""


def nobody(_server: Served) -> Sequence[str]:
    return ()


def py_spy(server: Served) -> Sequence[str]:
    """With the options that obs gives it."""
    from obs.host.pyspy.program import program

    options = ["--nonblocking", "--threads", "--full-filenames", "--format", "speedscope", "--rate", str(RATE)]
    output = ["--duration", str(LONGEST), "--output", str(Path(server.folder.name, "py-spy.json"))]
    found = program()
    if found is None:
        raise BenchmarkError("py-spy is not installed (pip install 'obs[host]')")
    return [found, "record", *options, *output, "--pid", str(server.worker)]


def obs(*options: str) -> Callable[[Served], Sequence[str]]:
    def command(server: Served) -> Sequence[str]:
        output = ["--seconds", str(LONGEST), "-o", str(Path(server.folder.name, "session.json"))]
        return [sys.executable, "-m", "obs", "profile", str(server.worker), "--rate", str(RATE), *output, *options]

    return command


WATCHERS: Mapping[str, Callable[[Served], Sequence[str]]] = {
    "nobody": nobody,
    "py-spy": py_spy,
    "obs-cpu": obs("--view", "cpu"),
    "obs": obs(),
}


@contextmanager
def watched(server: Served, watcher: str) -> Iterator[None]:
    """Raises BenchmarkError if the watcher ended by itself, or saw nothing: who doesn't look costs nothing."""
    command = WATCHERS[watcher](server)
    if not command:
        yield
        return
    environ = {**os.environ, "OBS_RUNTIME_DIR": str(server.runtime)}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script; it would be inherited
        signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield
    finally:
        early = process.poll() is not None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    if early or process.returncode:
        raise BenchmarkError(f"{' '.join(command)} failed: {said.decode(errors='replace').strip()}")
