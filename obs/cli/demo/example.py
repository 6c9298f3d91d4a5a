"""Where the example is, and whether what it needs is installed."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from pathlib import Path

import obs
from obs.errors import ObsError

NEEDS = ("flask", "gevent", "gunicorn")
"""Whatever the queue."""


def find(checkout: Path | None = None) -> Path:
    """The folder of the chat example: beside the package in a checkout. Raises ObsError from an installed wheel."""
    root = checkout or Path(obs.__path__[0]).parent
    folder = root / "examples" / "chat"
    if not (folder / "gunicorn.conf.py").is_file():
        raise ObsError(f"obs demo: no examples/chat in {root}; clone the repository and run `make demo` in it")
    return folder


def check_packages() -> None:
    """Raise ObsError if one of :data:`NEEDS` is not installed."""
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise ObsError(f"obs demo: {', '.join(missing)} not installed; pip install 'obs[demo]'")


def free_port(preferred: int = 0) -> int:
    """``preferred`` if it is free on the loopback interface, else one that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
