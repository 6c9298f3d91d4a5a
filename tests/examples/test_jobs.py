"""The example's jobs do what they say, on each of its queues."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.redis_server import RedisServer, redis_process, redis_server

__all__ = ["redis_process", "redis_server"]  # fixtures


@pytest.fixture
def database(tmp_path: Path, index: str, monkeypatch: pytest.MonkeyPatch, sent: list[Any]) -> Any:
    """Rows of the database that the jobs work on."""
    from chat import database

    path = str(tmp_path / "chat.db")
    database.seed(path)
    monkeypatch.setenv("CHAT_DATABASE", path)
    monkeypatch.setenv("CHAT_INDEX", index)
    return lambda query: database.rows(path, query)


def test_a_notification_is_written_and_every_fourth_is_a_mail_too(database: Any, sent: list[Any]) -> None:
    from jobs.push import notify

    for message in range(1, 9):
        notify(message, 3)
    rows = database("SELECT * FROM notification ORDER BY message")
    assert rows == [{"message": message, "unread": 7} for message in range(1, 9)]
    assert sent == [("jobs.push.mail", 4), ("jobs.push.mail", 8)]


def test_one_mail_in_five_finds_the_gateway_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs import push

    monkeypatch.setattr(push.time, "sleep", lambda seconds: None)
    push.chance.seed(1)
    busy = 0
    for message in range(500):
        try:
            push.mail(message)
        except ConnectionError:
            busy += 1
    assert 70 < busy < 130


def test_a_message_is_handed_to_the_index_which_may_be_away(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs.search import index

    index(1, "hello")
    monkeypatch.setenv("CHAT_INDEX", "127.0.0.1:1")
    with pytest.raises(OSError, match="refused"):
        index(1, "hello")


def test_a_scan_writes_how_near_a_message_comes_to_what_is_banned(database: Any) -> None:
    from jobs.moderation import BANNED, scan

    scan(1, BANNED[7])
    scan(2, BANNED[7][1:] + "!!")
    assert database("SELECT * FROM verdict") == [{"message": 1, "nearest": 0}, {"message": 2, "nearest": 3}]


@pytest.mark.parametrize(("one", "other", "edits"), [("kitten", "sitting", 3), ("", "abc", 3), ("loop", "loop", 0)])
def test_the_distance_is_levenshteins(chat: Path, one: str, other: str, edits: int) -> None:
    from jobs.moderation import distance

    assert distance(one, other) == distance(other, one) == edits


ROUND = """
import time
from backends import Backends

backends = Backends.start()
try:
    backends.use()
    from chat import database
    from jobs import moderation, push, queue, search

    for message in (1, 2, 3):
        queue.send(push.notify, message, 5)
        queue.send(search.index, message, "never block the loop")
    queue.send(moderation.scan, 3, "never block the loop")
    deadline = time.monotonic() + 50
    done = None
    while done != (3, 1) and time.monotonic() < deadline:
        time.sleep(0.05)
        count = "SELECT (SELECT count(*) FROM notification) AS n, (SELECT count(*) FROM verdict) AS v"
        [row] = database.rows(backends.environment["CHAT_DATABASE"], count)
        done = row["n"], row["v"]
    assert done == (3, 1), done
finally:
    backends.stop()
assert not backends.folder.exists()
"""


def work(chat: Path, queue: str, broker: str = "") -> None:
    """Have the jobs of a few messages done by the example's own worker on ``queue``."""
    environ = os.environ | {"CHAT_QUEUE": queue} | ({"CHAT_BROKER": broker} if broker else {})
    command = [sys.executable, "-c", ROUND]
    done = subprocess.run(command, cwd=chat, env=environ, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_worker_on_huey_does_the_jobs(chat: Path) -> None:
    work(chat, "huey")


@pytest.mark.real
@pytest.mark.parametrize("queue", ["celery", "rq", "dramatiq"])
def test_a_worker_on_redis_does_the_same_jobs(chat: Path, queue: str, redis_server: RedisServer) -> None:
    work(chat, queue, redis_server.url)
