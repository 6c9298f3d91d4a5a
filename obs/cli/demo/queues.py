"""The queues that the demo's jobs run on: Huey needs nothing but Python, the others a Redis."""

from __future__ import annotations

import shutil
import socket
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from obs.errors import ObsError

PACKAGES = {
    "huey": ("huey",),
    "celery": ("celery", "redis"),
    "rq": ("rq",),
    "dramatiq": ("dramatiq", "redis"),
}
"""What each needs to be installed; the first is what is used if nobody says."""

DEFAULT = next(iter(PACKAGES))


def check(queue: str) -> None:
    """Raise ObsError if ``queue`` lacks a package, or its server."""
    missing = [name for name in PACKAGES[queue] if find_spec(name) is None]
    if missing:
        raise ObsError(f"obs demo --queue {queue}: {', '.join(missing)} not installed; pip install {' '.join(missing)}")
    if needs_redis(queue) and program() is None:
        raise ObsError(
            f"obs demo --queue {queue}: no redis-server on the PATH; install Redis (Debian, Ubuntu: apt install "
            f"redis-server; macOS: brew install redis), or leave --queue out: {DEFAULT} needs none"
        )


def needs_redis(queue: str) -> bool:
    return queue != DEFAULT


def program() -> str | None:
    """The server on this machine: Redis, or Valkey, which speaks the same."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def command(folder: Path, port: int) -> list[str]:
    """The command of a Redis on loopback that keeps nothing."""
    options = {"--port": str(port), "--bind": "127.0.0.1", "--save": "", "--appendonly": "no", "--dir": str(folder)}
    return [program() or "redis-server", *(word for option in options.items() for word in option)]


def environment(queue: str, port: int) -> dict[str, str]:
    """The variables that tell the example its queue: one on the Redis at ``port`` of this machine, if that isn't 0."""
    broker = {"CHAT_BROKER": f"redis://127.0.0.1:{port}/0"} if port else {}
    return {"CHAT_QUEUE": queue} | broker


def answers(port: int) -> bool:
    """Whether a Redis on this machine is ready."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(16) == b"+PONG\r\n"
    return False
