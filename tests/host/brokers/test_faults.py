"""Brokers that are down, slow, restarted, strange: the metrics say so, and nothing waits for them."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
import redis

from obs.host.brokers import brokers
from obs.host.brokers.readers import Which
from obs.host.brokers.standing import Standing
from obs.host.brokers.watch import Watch, public
from obs.jobs.brokers import SUFFIX, Broker
from tests.host.brokers.conftest import Watched
from tests.jobs.redis_server import RedisServer, free_port

DOWN = {"broker_up": 0.0}
"""All that is told of a queue whose broker can't be read."""


def fill(server: RedisServer, queue: str = "push") -> None:
    with closing(redis.Redis(port=server.port)) as client:
        client.lpush(queue, json.dumps({"headers": {"obs-sent": str(time.time())}}))


def url(server: RedisServer) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


@pytest.mark.real
def test_one_that_is_down_and_comes_back(
    watched: Watched, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """While it is down neither a backlog nor an age is claimed; each change is one line."""
    fill(redis_server)
    watched.announce(Broker("celery", "redis", url(redis_server), ("push",)))
    assert watched.until("push", lambda found: "backlog" in found)["backlog"] == 1
    redis_server.stop()
    assert watched.until("push", lambda found: found["broker_up"] == 0) == DOWN
    for _ in range(10):
        assert watched.gauges("push") == DOWN
        time.sleep(0.1)
    redis_server.start()
    assert watched.until("push", lambda found: found["broker_up"] == 1)["backlog"] == 1
    lines = [record.getMessage() for record in caplog.records if record.name == "obs"]
    assert len(lines) == 2
    assert "can't be read: ConnectionError" in lines[0]
    assert "can be read again" in lines[1]


@pytest.mark.real
def test_one_that_hangs_holds_up_nobody(watched: Watched, redis_server: RedisServer, tmp_path: Path) -> None:
    """It accepts, and never answers: another broker is looked at meanwhile, and this one is told as down."""
    import huey

    name = str(tmp_path / "jobs.db")
    shop = huey.SqliteHuey("shop", filename=name)
    watched.announce(Broker("celery", "redis", url(redis_server), ("push",)))
    watched.until("push", lambda found: "backlog" in found)
    redis_server.freeze()
    watched.announce(Broker("huey", "sqlite", name, ("shop",)))
    watched.until("shop", lambda found: "backlog" in found)
    assert watched.until("push", lambda found: found["broker_up"] == 0) == DOWN
    shop.storage.enqueue(b"pickle.")
    assert watched.until("shop", lambda found: found["backlog"] == 1)["broker_up"] == 1
    redis_server.thaw()
    watched.until("push", lambda found: found["broker_up"] == 1)
    shop.storage.close()


def test_a_look_that_never_ends_counts_as_failed_after_a_while() -> None:
    """A name that is never resolved, say: nobody waits for it, and nobody believes what was true before."""
    over, asked = threading.Event(), threading.Event()

    class Endless:
        def __init__(self, address: str) -> None:
            """One that can be made."""

        def read(self, _brokers: Iterable[Broker]) -> dict[Which, Standing | Exception]:
            asked.set()
            over.wait(60)
            return {}

        def close(self) -> None:
            """Nothing."""

    now = [0.0]
    watch = Watch(Endless, "there", 1.0, clock=lambda: now[0])
    watch.add(Broker("huey", "redis", "there", ("push",)))
    watch.start()
    assert asked.wait(60)
    assert watch.told() == {("huey", "push"): None}
    now[0] = 60.0
    assert isinstance(watch.told()["huey", "push"], TimeoutError)
    watch.stop()
    over.set()


def test_one_that_is_not_there_is_told_as_down(watched: Watched, tmp_path: Path) -> None:
    """Whoever sends to it has announced it; a file that is missing isn't made."""
    missing = tmp_path / "none.db"
    watched.announce(Broker("huey", "redis", f"redis://127.0.0.1:{free_port()}", ("shop",)))
    watched.announce(Broker("huey", "sqlite", str(missing), ("jobs",)))
    assert watched.until("shop", bool) == DOWN
    assert watched.until("jobs", bool) == DOWN
    assert not missing.exists()


def test_a_file_that_is_locked_is_waited_for_but_not_for_ever(watched: Watched, tmp_path: Path) -> None:
    name = tmp_path / "jobs.db"
    with closing(sqlite3.connect(name, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE task (id INTEGER PRIMARY KEY, queue TEXT, data BLOB, priority REAL)")
        writer.execute("BEGIN EXCLUSIVE")
        watched.announce(Broker("huey", "sqlite", str(name), ("jobs",)))
        assert watched.until("jobs", bool) == DOWN
        writer.execute("COMMIT")
        assert watched.until("jobs", lambda found: found["broker_up"] == 1)["backlog"] == 0


def test_a_file_that_is_no_database(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"no database" * 1000)
    watched.announce(Broker("huey", "sqlite", str(tmp_path / "jobs.db"), ("jobs",)))
    assert watched.until("jobs", bool) == DOWN


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "redis://127.0.0.1:99999/0", "relative.db", "\x00"])
def test_addresses_that_are_none(watched: Watched, address: str) -> None:
    watched.announce(Broker("huey", "redis", address, ("shop",)))
    watched.announce(Broker("huey", "sqlite", address, ("jobs",)))
    assert watched.until("shop", bool) == DOWN
    assert watched.until("jobs", bool) == DOWN


def test_of_what_nobody_can_read_nothing_is_told(watched: Watched) -> None:
    """A broker that has no reader isn't down."""
    watched.announce(Broker("celery", "amqp", "amqp://127.0.0.1", ("push",)))
    watched.announce(Broker("gcp_pubsub", "redis", "redis://127.0.0.1", ("push",)))
    assert watched.gauges("push") == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"system": 1}', '{"queues": 7}', "[" * 100_000, "\udcff"])
def test_announcements_that_are_none(watched: Watched, text: str, tmp_path: Path) -> None:
    (watched.folder / f"x{SUFFIX}").write_bytes(text.encode("utf-8", "surrogateescape"))
    watched.announce(Broker("huey", "sqlite", str(tmp_path / "none.db"), ("jobs",)))
    assert watched.until("jobs", bool) == DOWN


def test_queues_of_one_name_at_several_brokers_are_one(watched: Watched, tmp_path: Path) -> None:
    """Their labels are the same: what stands in any of them is added, and the oldest is that of all."""
    import huey

    made = [huey.SqliteHuey("shop", filename=str(tmp_path / name)) for name in ("a.db", "b.db")]
    for each in made:
        each.storage.enqueue(b"pickle.")
        watched.announce(Broker("huey", "sqlite", each.storage.filename, ("shop",)))
    assert watched.until("shop", lambda found: found.get("backlog") == 2)["broker_up"] == 1
    (tmp_path / "b.db").rename(tmp_path / "c.db")
    assert watched.until("shop", lambda found: found["broker_up"] == 0) == DOWN
    for each in made:
        each.storage.close()


def test_no_more_threads_than_a_few(watched: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A service with a file for each customer is looked at in part, and the log says so."""
    monkeypatch.setattr(brokers, "MOST", 2)
    for number in range(5):
        watched.announce(Broker("huey", "sqlite", str(tmp_path / f"{number}.db"), (f"q{number}",)))
    watched.brokers.tick()
    assert sum(bool(watched.until(f"q{number}", bool)) for number in told(watched)) == 2


def told(watched: Watched) -> list[int]:
    """The queues of the brokers that were taken."""
    found = [which[1] for watch in watched.brokers._watches.values() for which in watch.told()]
    return [int(name.removeprefix("q")) for name in found]


def test_what_is_logged_has_no_password() -> None:
    assert public("redis://user:secret@host:6379/0?ssl=1") == "redis://host:6379/0"
    assert public("/tmp/jobs.db") == "/tmp/jobs.db"


def test_the_folder_may_go(watched: Watched) -> None:
    """At the end of the run: the host's tick contains it."""
    for path in watched.folder.iterdir():
        path.unlink()
    watched.folder.rmdir()
    with pytest.raises(OSError, match="No such file"):
        watched.brokers.tick()
