"""What ``obs run`` gives its children: a run folder, and a span socket that somebody outside reads."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")


@contextmanager
def run_folder() -> Iterator[Mapping[str, str]]:
    """The environment that names them; both are gone afterwards."""
    parent = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="obs-bench-", dir=parent) as folder:
        path = Path(folder, "spans.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as spans:
            spans.bind(str(path))
            command = [sys.executable, "-m", "benchmarks.stacks.drain", str(spans.fileno())]
            drain = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[spans.fileno()])
        try:
            yield {"OBS_RUN_DIR": folder, "OBS_SPAN_SOCKET": str(path)}
        finally:
            drain.communicate()  # closes its stdin and waits
