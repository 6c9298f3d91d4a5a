"""What stands in a queue, as each library puts it there, read from a real Redis and SQLite."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from obs.jobs import trailer
from obs.jobs.brokers import Broker
from tests.host.brokers.conftest import Watched
from tests.jobs.redis_server import RedisServer

pytestmark = pytest.mark.real

AGO = 40.0
"""Seconds since the oldest job was sent."""

NEAR = 10.0
"""Seconds that a loaded machine may take to look."""

Send = Callable[[float | None], None]
"""Sends one job, as if so many seconds ago; None for one whose sender had no obs."""


@pytest.fixture
def url(redis_server: RedisServer) -> str:
    return f"redis://127.0.0.1:{redis_server.port}/0"


@pytest.fixture
def client(url: str) -> Iterator[redis.Redis]:
    with closing(redis.Redis.from_url(url)) as made:
        yield made


def sent(ago: float | None) -> dict[str, str]:
    return {} if ago is None else {"obs-sent": f"{time.time() - ago:.6f}"}


def celery_app(url: str, **options: Any) -> Any:
    from celery import Celery

    app = Celery("t", broker=url, set_as_current=False)
    app.conf.update(broker_transport_options=options, task_always_eager=False)
    return app


def send_celery(app: Any, ago: float | None, **options: Any) -> None:
    app.send_task("push.notify", args=(1,), queue="push", headers=sent(ago), **options)


def known(found: dict[str, float]) -> bool:
    return "backlog" in found


def test_celery_in_each_of_its_priorities(watched: Watched, url: str) -> None:
    """All lists of a queue are one backlog, and the oldest is that of any."""
    with closing(celery_app(url)) as app:
        send_celery(app, 1, priority=0)
        send_celery(app, AGO, priority=9)
        send_celery(app, 2, priority=9)
    watched.announce(Broker("celery", "redis", url, ("push", "empty")))
    found = watched.until("push", known)
    assert found["backlog"] == 3
    assert AGO <= found["oldest_age_seconds"] < AGO + NEAR
    assert found["broker_up"] == 1
    assert watched.until("empty", known) == {"backlog": 0, "oldest_age_seconds": 0, "broker_up": 1}


def test_a_task_that_is_not_due_is_not_old(watched: Watched, url: str) -> None:
    """Its wait is counted from its eta."""
    with closing(celery_app(url)) as app:
        send_celery(app, 1000, countdown=3600)
    watched.announce(Broker("celery", "redis", url, ("push",)))
    assert watched.until("push", known)["oldest_age_seconds"] == 0


def test_celery_under_a_prefix(watched: Watched, url: str) -> None:
    with closing(celery_app(url, global_keyprefix="shop:")) as app:
        send_celery(app, AGO)
    watched.announce(Broker("celery", "redis", url, ("push",), {"prefix": "shop:"}))
    assert watched.until("push", known)["backlog"] == 1


def test_who_was_sent_without_obs_is_as_old_as_it_was_seen(watched: Watched, url: str) -> None:
    """The age of what bears no time grows from the first look on."""
    with closing(celery_app(url)) as app:
        send_celery(app, None)
    watched.announce(Broker("celery", "redis", url, ("push",)))
    watched.until("push", lambda found: found.get("oldest_age_seconds", 0) > 1)


def test_rq_keeps_the_time_itself(watched: Watched, url: str, client: redis.Redis) -> None:
    from rq import Queue

    queue = Queue("mail", connection=client)
    first = queue.enqueue("tasks.notify", 1)
    queue.enqueue("tasks.notify", 2)
    client.hset(
        f"rq:job:{first.id}", "enqueued_at", f"{datetime.now(UTC) - timedelta(seconds=AGO):%Y-%m-%dT%H:%M:%S.%fZ}"
    )
    watched.announce(Broker("rq", "redis", url, ("mail",)))
    found = watched.until("mail", known)
    assert found["backlog"] == 2
    assert AGO - 1 <= found["oldest_age_seconds"] < AGO + NEAR


def test_an_rq_job_whose_hash_is_gone_still_counts(watched: Watched, url: str, client: redis.Redis) -> None:
    client.rpush("rq:queue:mail", "gone")
    watched.announce(Broker("rq", "redis", url, ("mail",)))
    assert watched.until("mail", known)["backlog"] == 1


@pytest.mark.parametrize("ours", [True, False], ids=["sent with obs", "sent without"])
def test_dramatiq(watched: Watched, url: str, *, ours: bool) -> None:
    """By obs's header, else by Dramatiq's own milliseconds. What is delayed is no backlog."""
    from dramatiq import Message
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=url, namespace="shop")
    broker.declare_queue("mail")
    for ago in (AGO, 1.0):
        options = {"obs": sent(ago)} if ours else {}
        stamp = int((time.time() - (0 if ours else ago)) * 1000)
        broker.enqueue(Message("mail", "notify", (), {}, options, message_timestamp=stamp))
    broker.enqueue(Message("mail", "notify", (), {}, {}), delay=3_600_000)
    watched.announce(Broker("dramatiq", "redis", url, ("mail",), {"namespace": "shop"}))
    found = watched.until("mail", known)
    broker.close()
    assert found["backlog"] == 2
    assert AGO - 1 <= found["oldest_age_seconds"] < AGO + NEAR


@pytest.mark.parametrize("kind", ["RedisHuey", "PriorityRedisHuey"])
def test_huey_on_redis(watched: Watched, url: str, kind: str) -> None:
    import huey

    made = getattr(huey, kind)("shop", url=url)
    for ago in (AGO, 1.0):
        made.storage.enqueue(trailer.append(b"pickle.", sent(ago)))
    watched.announce(Broker("huey", "redis", url, ("shop",), {"key": made.storage.queue_key}))
    found = watched.until("shop", known)
    assert found["backlog"] == 2
    assert AGO <= found["oldest_age_seconds"] < AGO + NEAR


def test_huey_with_priorities_keeps_a_time_itself(watched: Watched, url: str) -> None:
    import huey

    made = huey.PriorityRedisHuey("shop", url=url)
    made.storage.enqueue(b"pickle.")
    watched.announce(Broker("huey", "redis", url, ("shop",), {"key": made.storage.queue_key}))
    assert watched.until("shop", known)["oldest_age_seconds"] < NEAR


@pytest.mark.parametrize("wrong", [300.0, -300.0], ids=["behind", "ahead"])
@pytest.mark.parametrize("system", ["celery", "rq", "dramatiq", "huey", "huey-priority"])
def test_a_sender_whose_clock_is_wrong(
    watched: Watched, url: str, client: redis.Redis, system: str, wrong: float
) -> None:
    """Its job stands there since it was seen, and not since before the queue was seen empty."""
    send = senders(url, client)[system]
    name = system.partition("-")[0]
    watched.announce(Broker(name, "redis", url, ("shop",), {"key": "huey.priority"} if "-" in system else {}))
    assert watched.until("shop", known)["backlog"] == 0
    began = time.time()
    send(wrong)
    sent_by = time.time()
    while time.time() < sent_by + 2.5:
        age = watched.gauges("shop").get("oldest_age_seconds", 0.0)
        time.sleep(0.1)
    assert watched.gauges("shop")["backlog"] == 1
    assert 1.0 <= age <= time.time() - began + 1.0, age


def senders(url: str, client: redis.Redis) -> dict[str, Callable[[float], None]]:
    """Each sends one job to its queue ``shop`` with a clock that is so many seconds behind."""
    from dramatiq import Message
    from dramatiq.brokers.redis import RedisBroker

    def celery(behind: float) -> None:
        client.lpush("shop", json.dumps({"headers": sent(behind)}))

    def rq(behind: float) -> None:
        entered = datetime.now(UTC) - timedelta(seconds=behind)
        client.hset("rq:job:one", "enqueued_at", f"{entered:%Y-%m-%dT%H:%M:%S.%fZ}")
        client.rpush("rq:queue:shop", "one")

    def dramatiq(behind: float) -> None:
        broker = RedisBroker(url=url)
        broker.declare_queue("shop")
        stamp = int((time.time() - behind) * 1000)
        broker.enqueue(Message("shop", "notify", (), {}, {}, message_timestamp=stamp))
        broker.close()

    def huey(behind: float) -> None:
        client.lpush("huey.redis.shop", trailer.append(b"pickle.", sent(behind)))

    def prioritized(behind: float) -> None:
        client.zadd("huey.priority", {prefixed(b"pickle.", behind): -1.0})

    return {"celery": celery, "rq": rq, "dramatiq": dramatiq, "huey": huey, "huey-priority": prioritized}


def prefixed(data: bytes, ago: float) -> bytes:
    """As Huey's PriorityRedisHuey writes it."""
    return int((time.time() - ago) * 1e6).to_bytes(8, "big") + data


def test_of_hueys_priorities_the_oldest_is_found(watched: Watched, url: str, client: redis.Redis) -> None:
    """The most urgent stands first; one that is less urgent waits for longer."""
    for number in range(20):
        ago, score = (5.0, number % 5) if number else (AGO, 9)
        client.zadd("huey.priority", {prefixed(b"%d" % number, ago): score})
    watched.announce(Broker("huey", "redis", url, ("shop",), {"key": "huey.priority"}))
    found = watched.until("shop", known)
    assert found["backlog"] == 20
    assert AGO <= found["oldest_age_seconds"] < AGO + NEAR


def test_behind_jobs_of_rq_at_the_front_the_oldest_is_found(watched: Watched, url: str, client: redis.Redis) -> None:
    from rq import Queue

    queue = Queue("mail", connection=client)
    first = queue.enqueue("tasks.notify", 1)
    entered = datetime.now(UTC) - timedelta(seconds=AGO)
    client.hset(f"rq:job:{first.id}", "enqueued_at", f"{entered:%Y-%m-%dT%H:%M:%S.%fZ}")
    for number in range(3):
        queue.enqueue("tasks.notify", number, at_front=True)
        time.sleep(0.002)
    watched.announce(Broker("rq", "redis", url, ("mail",)))
    found = watched.until("mail", known)
    assert found["backlog"] == 4
    assert AGO - 1 <= found["oldest_age_seconds"] < AGO + NEAR


def test_huey_on_sqlite(watched: Watched, tmp_path: Path) -> None:
    """Several queues in a file; the oldest is that of any priority, and what is scheduled is no backlog."""
    import huey

    name = str(tmp_path / "jobs.db")
    shop, other = huey.SqliteHuey("shop", filename=name), huey.SqliteHuey("other", filename=name)
    shop.storage.enqueue(trailer.append(b"pickle.", sent(AGO)), priority=0)
    shop.storage.enqueue(trailer.append(b"pickle.", sent(1)), priority=9)
    shop.storage.add_to_schedule(b"later", datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1))
    watched.announce(Broker("huey", "sqlite", name, ("shop", "other")))
    found = watched.until("shop", known)
    assert found["backlog"] == 2
    assert AGO <= found["oldest_age_seconds"] < AGO + NEAR
    assert watched.until("other", known)["backlog"] == 0
    for made in (shop, other):
        made.storage.close()


@pytest.mark.parametrize(
    "poison",
    [
        b"\xff\x00 no json",
        b"[" * 100_000,
        json.dumps({"headers": {"obs-sent": "NaN", "eta": 7}}).encode(),
        json.dumps({"headers": {"obs-sent": ["x"], "eta": "9999999"}}).encode(),
        json.dumps({"headers": None, "options": [], "message_timestamp": True}).encode(),
    ],
)
def test_whatever_stands_in_a_queue(watched: Watched, url: str, client: redis.Redis, poison: bytes) -> None:
    """A message that nobody can read is one of the backlog, and no reason not to see the others."""
    client.lpush("push", poison)
    client.rpush("dramatiq:mail", "1")
    client.hset("dramatiq:mail.msgs", "1", poison)
    client.lpush("huey.redis.shop", poison)
    client.rpush("rq:queue:mail", "1")
    client.hset("rq:job:1", "enqueued_at", poison)
    watched.announce(Broker("celery", "redis", url, ("push",)))
    watched.announce(Broker("dramatiq", "redis", url, ("mail",)))
    watched.announce(Broker("huey", "redis", url, ("shop",)))
    for queue in ("push", "mail", "shop"):
        found = watched.until(queue, known)
        assert (found["backlog"], found["broker_up"]) == (1, 1)
        assert found["oldest_age_seconds"] < NEAR


def test_a_key_of_another_type_is_unreadable_alone(watched: Watched, url: str, client: redis.Redis) -> None:
    client.set("push", "a string")
    watched.announce(Broker("celery", "redis", url, ("push", "mail")))
    assert watched.until("push", lambda found: "broker_up" in found) == {"broker_up": 0}
    assert watched.until("mail", known)["broker_up"] == 1
