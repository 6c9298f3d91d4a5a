"""``obs.metrics_app``: the metrics of this process, and of all that share its run folder, for who has no ``obs run``.

The work of a scrape is done in a process of its own, for it would hold the service's loop for a tenth of a second.
Where gevent has not patched sockets, the greenlet that serves it waits in the system, and the loop with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from obs.errors import fault
from obs.metrics import active
from obs.metrics.wsgi import Headers, wsgi

TIMEOUT = 20.0
"""Seconds that a scrape may take in its process: Prometheus gives up after 10 by default."""


def bake(environ: dict[str, Any]) -> tuple[Headers, bytes]:
    """Headers and body for a scrape. If no process can be started for it, it is made here, and a fault is counted."""
    run_dir = active.store().run_dir
    if run_dir is not None:
        try:
            return _elsewhere(run_dir, environ)
        except Exception:
            fault("metrics.app")
    return _here(run_dir, environ)


metrics_app = wsgi(bake)


def _here(run_dir: Path | None, environ: dict[str, Any]) -> tuple[Headers, bytes]:
    from obs.metrics import exposition

    return (exposition.of_run(run_dir) if run_dir else exposition.of_store(active.store())).bake(environ)


def _elsewhere(run_dir: Path, environ: dict[str, Any]) -> tuple[Headers, bytes]:
    if "python" not in Path(sys.executable or "").name:
        raise OSError(f"{sys.executable!r} is not Python")  # an interpreter inside another program, as in uWSGI
    # A socket and not a pipe: where gevent has patched the socket module, waiting for it lets the loop go on. And
    # posix_spawn and not subprocess: gevent's forks the whole service for each command, on the loop.
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            pid = _spawn(_command(run_dir, environ), theirs.fileno())
        try:
            head, _, body = _receive(ours).partition(b"\n")
            return [(name, value) for name, value in json.loads(head)], body
        finally:
            _reap(pid)


def _command(run_dir: Path, environ: dict[str, Any]) -> list[str]:
    # -S: no sitecustomize, which might turn obs on there; what site would have put on the path is in PYTHONPATH.
    return [
        *(sys.executable, "-S", "-P", "-m", "obs.metrics.exposition", str(run_dir), "--headers"),
        f"--accept={environ.get('HTTP_ACCEPT', '')}",
        f"--accept-encoding={environ.get('HTTP_ACCEPT_ENCODING', '')}",
        f"--query={environ.get('QUERY_STRING', '')}",
    ]


def _spawn(command: list[str], stdout: int) -> int:
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OBS_", "PYTHON"))}
    return os.posix_spawn(
        command[0],
        command,
        {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        file_actions=[(os.POSIX_SPAWN_DUP2, stdout, 1)],
    )


def _receive(ours: socket.socket) -> bytes:
    ours.settimeout(TIMEOUT)
    parts = []
    while part := ours.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def _reap(pid: int) -> None:
    """Wait until the process is gone; it has nothing left to do, so it is killed rather than waited for."""
    with contextlib.suppress(OSError):  # gevent's loop reaps every child, and may have been first
        os.kill(pid, signal.SIGKILL)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            time.sleep(0.001)
