"""Throughput of a real Celery and a real RQ worker on Redis, bare and under ``obs run``."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.harness import Budget, Column, Row, Table, interleave, progress, ratios, spread
from benchmarks.jobs.nothing import nothing
from benchmarks.jobs.real_worker import Queue, RealWorker, Round
from benchmarks.jobs.redis_process import missing, redis_process

TITLE = "Real workers on Redis: one process that works (Celery's prefork pool of one; RQ forks for each job)"

COLUMNS = (
    Column("title", "worker"),
    Column("rate", "jobs/s", 0),
    Column("rate_ratio", "of bare", 3),
    Column("cpu", "CPU µs a job", 0),
    Column("cpu_ratio", "bare's by it", 3),
    Column("low", "from", 3),
    Column("high", "to", 3),
)

LIMIT = 0.95
"""What a worker under obs must do at least for each second of CPU, bare being 1 (DESIGN, part 7)."""

PREFIX = (sys.executable, "-m", "obs", "run", "--port", "0", "--")
ENVIRON = {"OBS_TRACE_RATIO": "0.01"}

Rounds = Mapping[tuple[str, bool], Sequence[Round]]
"""By queue, and whether it is under obs."""


def send_celery(url: str, jobs: int) -> None:
    from benchmarks.jobs.celery_app import app

    with app.connection_for_write(url) as connection:  # one application for the workers' several brokers
        for number in range(jobs):
            app.send_task("push.nothing", (number,), headers=_headers(), connection=connection)


def left_celery(redis: Any) -> int:
    return int(redis.llen("push")) + int(redis.hlen("unacked"))


def send_rq(url: str, jobs: int) -> None:
    import rq
    from redis import Redis

    queue = rq.Queue("push", connection=Redis.from_url(url))
    queue.enqueue_many([rq.Queue.prepare_data(nothing, (number,), result_ttl=0) for number in range(jobs)])


def left_rq(redis: Any) -> int:
    return int(redis.llen("rq:queue:push")) + int(redis.zcard("rq:wip:push"))


def _headers() -> dict[str, str]:
    """As a sender under obs writes them, whose request was not sampled."""
    return {"obs-sent": f"{time.time():.6f}", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}


QUIET = ("--without-heartbeat", "--without-gossip", "--without-mingle", "--loglevel", "ERROR")
CELERY = ("celery", "-A", "benchmarks.jobs.celery_app", "--quiet", "worker", "-c", "1", *QUIET)
RQ = ("rq.cli", "worker", "push", "--url", "{url}", "--quiet")

QUEUES = (
    Queue("celery", "Celery", CELERY, send_celery, left_celery),
    Queue("rq", "RQ", RQ, send_rq, left_rq),
)


def measure(options: Namespace) -> tuple[tuple[Table, ...], tuple[Budget, ...]] | str:
    """The table and its budgets, or why there are none."""
    if why := missing():
        return why
    rounds, jobs = (2, {"celery": 200, "rq": 20}) if options.quick else (12, {"celery": 1500, "rq": 60})
    measured = _rounds(options.rounds or rounds, jobs)
    return (Table(TITLE, COLUMNS, tuple(_row(measured, *key) for key in measured)),), _budgets(measured)


def _rounds(rounds: int, jobs: Mapping[str, int]) -> Rounds:
    """Each queue has a Redis, bare and under obs: what stands in one is nobody else's."""
    with ExitStack() as closing:
        workers = {}
        for queue in QUEUES:
            for on in (False, True):
                url = closing.enter_context(redis_process())
                prefix, environ = (PREFIX, ENVIRON) if on else ((), {})
                workers[queue.name, on] = closing.enter_context(RealWorker(queue, url, prefix, environ))
        subjects = list(workers)
        return interleave(subjects, rounds, lambda key: workers[key].take(jobs[key[0]]), track=progress)


def _row(measured: Rounds, name: str, on: bool) -> Row:
    mine, bare = measured[name, on], measured[name, False]
    title = next(queue.title for queue in QUEUES if queue.name == name)
    by = spread(ratios([each.cpu for each in bare], [each.cpu for each in mine]))
    return {
        "title": f"{title}, {'obs' if on else 'bare'}",
        "rate": 1 / spread(each.seconds for each in mine).median,
        "rate_ratio": spread(ratios([each.seconds for each in bare], [each.seconds for each in mine])).median,
        "cpu": spread(each.cpu for each in mine).median,
        "cpu_ratio": by.median,
        "low": by.low,
        "high": by.high,
    }


def _budgets(measured: Rounds) -> tuple[Budget, ...]:
    rows = {queue.title: _row(measured, queue.name, True) for queue in QUEUES}
    return tuple(
        Budget(
            f"jobs for each second of CPU of a real {title} worker, of bare",
            float(row["cpu_ratio"] or 0),
            LIMIT,
            "",
            "at least",
        )
        for title, row in rows.items()
    )
