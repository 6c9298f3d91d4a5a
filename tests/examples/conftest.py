"""The example's modules importable as in its own folder, and an application on a fresh database, without a worker."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

CHAT = Path(__file__).parents[2] / "examples" / "chat"


@pytest.fixture(autouse=True)
def chat(monkeypatch: pytest.MonkeyPatch) -> Path:
    """examples/chat at the front of the path, as `cd examples/chat` has it."""
    monkeypatch.syspath_prepend(str(CHAT))
    return CHAT


@pytest.fixture(scope="session")
def index() -> Iterator[str]:
    """An index that answers every question at once with the same: message 1, 7 unread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def answer(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as lines:
            lines.readline()
            lines.write(b'{"messages": [1], "count": 7}\n')


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, chat: Path) -> list[tuple[Any, ...]]:
    """The jobs that were sent, each its name and its arguments, instead of a queue."""
    from jobs import queue
    from jobs.catalogue import JOBS

    sent: list[tuple[Any, ...]] = []
    senders = {job.function: lambda *arguments, name=job.name: sent.append((name, *arguments)) for job in JOBS}
    monkeypatch.setattr(queue, "senders", lambda: senders)
    return sent


@pytest.fixture
def client(tmp_path: Path, index: str, sent: list[tuple[Any, ...]]) -> FlaskClient:
    from chat import database
    from chat.app import create_app

    path = str(tmp_path / "chat.db")
    database.seed(path)
    return create_app(path, index).test_client()


@pytest.fixture(scope="session", autouse=True)
def _forget() -> Iterator[None]:
    """Leave none of the example's top-level names to the rest of the suite."""
    yield
    for name in [name for name in sys.modules if name.split(".")[0] in {"chat", "jobs", "load", "traffic"}]:
        del sys.modules[name]
