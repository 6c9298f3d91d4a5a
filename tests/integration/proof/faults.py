"""Faults that are put into the running example, each with the alert that has to come of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random

from tests.integration.proof.scene import Scene


@dataclass(frozen=True, slots=True)
class Fault:
    """``inject(scene)`` is a context: the fault is there while it is open."""

    what: str
    inject: Callable[[Scene], AbstractContextManager[None]]
    alert: str
    labels: Mapping[str, str]
    """Of the alert; its team among them, where that is one."""


def descendants(pid: int) -> Iterator[int]:
    """The processes that ``pid`` started, and what they started."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in listed.read_text().split():
                yield int(child)
                yield from descendants(int(child))


def named(part: str) -> int:
    """The process below this one whose command has ``part`` in it."""
    for pid in descendants(os.getpid()):
        with suppress(OSError):
            if part.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    raise AssertionError(f"no process runs {part}")


def index_address() -> tuple[str, int]:
    """Where the example's index service listens: its worker has it in its environment."""
    variables = Path(f"/proc/{named('huey_worker.py')}/environ").read_bytes().split(b"\0")
    [address] = [one.partition(b"=")[2].decode() for one in variables if one.startswith(b"CHAT_INDEX=")]
    host, _, port = address.rpartition(":")
    return host, int(port)


def drill(of: str, **wrong: float) -> None:
    """Tell the index what to do wrong with questions of this kind; nothing, if nothing is said."""
    with socket.create_connection(index_address(), 10.0) as connection, connection.makefile("rwb") as lines:
        lines.write(json.dumps({"question": "drill", "of": of, **wrong}).encode() + b"\n")
        lines.flush()
        assert lines.readline()


@contextmanager
def slowdown(_: Scene) -> Iterator[None]:
    """Each search takes the index two seconds longer."""
    drill("search", delay=2.0)
    try:
        yield
    finally:
        drill("search")


@contextmanager
def error_burst(_: Scene) -> Iterator[None]:
    """Most of what the home screen asks the index gets no answer, which the service can't handle."""
    drill("unread", silent=0.8)
    try:
        yield
    finally:
        drill("unread")


@contextmanager
def blocked_loop(scene: Scene) -> Iterator[None]:
    """Four people upload one picture after the other: half a second of Python for each, on the loop."""
    over = threading.Event()
    uploads = [threading.Thread(target=upload, args=(scene.stage.service_port, over), daemon=True) for _ in range(4)]
    for each in uploads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in uploads:
            each.join(60.0)


def upload(port: int, over: threading.Event) -> None:
    side = 540
    picture = f"P5 {side} {side} 255\n".encode() + Random(1).randbytes(side * side)
    while not over.is_set():
        connection = HTTPConnection("127.0.0.1", port, timeout=60.0)
        with suppress(OSError, HTTPException):
            connection.request("POST", "/attachments", picture)
            connection.getresponse().read()
        connection.close()


@contextmanager
def stopped_worker(_: Scene) -> Iterator[None]:
    """The process that works on the jobs stands still."""
    worker = named("huey_worker.py")
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


FAULTS = (
    Fault(
        "a stopped worker", stopped_worker, "ObsQueueAge", {"messaging_destination_name": "chat", "severity": "page"}
    ),
    Fault(
        "an error burst",
        error_burst,
        "ObsSloBurnFast",
        {"slo": "messaging-works", "feature": "messaging", "team": "chat-core", "severity": "page"},
    ),
    Fault(
        "a slowdown",
        slowdown,
        "ObsSloBurnFast",
        {"slo": "search-answers", "feature": "search", "team": "discovery", "severity": "page"},
    ),
    Fault("a blocked loop", blocked_loop, "ObsLoopBlocked", {"work": "POST /attachments", "team": "media"}),
)
"""In an order in which none brings about the next one's alert: a blocked loop makes everything late. The jobs of the
queue are of several teams: who has most of them hears of it."""
