"""How an RQ job can end: tried again, too long, stopped, in a child that dies, with a worker that dies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.real

Run = Callable[..., None]


@pytest.mark.parametrize("kind", ["Worker", "SimpleWorker"])
def test_a_job_that_fails_is_retried_until_it_has_failed(rq: Run, kind: str) -> None:
    rq(f"""
        queue.enqueue(tasks.fails, retry=Retry(max=2))
        work({kind})
        assert jobs() == {{("tasks.fails", "push", "retried"): 2, ("tasks.fails", "push", "failed"): 1}}, jobs()
        assert count("obs_job_retries_total") == {{("push", "tasks.fails"): 2}}
        assert count("messaging_client_sent_messages_total") == {{("rq", "push", "tasks.fails"): 3}}
    """)


def test_a_job_that_asks_for_another_try(rq: Run) -> None:
    rq("""
        queue.enqueue(tasks.asks_again, 2)
        work()
        assert jobs() == {("tasks.asks_again", "push", "retried"): 2, ("tasks.asks_again", "push", "failed"): 1}, jobs()
        assert count("obs_job_retries_total") == {("push", "tasks.asks_again"): 2}
    """)


def test_a_job_that_repeats_is_no_retry(rq: Run) -> None:
    rq("""
        queue.enqueue(tasks.notify, "a", repeat=rq.Repeat(times=2))
        work()
        assert jobs() == {("tasks.notify", "push", "ok"): 3}, jobs()
        assert not count("obs_job_retries_total")
        assert count("messaging_client_sent_messages_total") == {("rq", "push", "tasks.notify"): 3}
    """)


def test_a_job_that_takes_too_long(rq: Run) -> None:
    rq("""
        queue.enqueue(tasks.sleeps, job_timeout=1, retry=Retry(max=1))
        work(SimpleWorker)
        assert jobs() == {("tasks.sleeps", "push", "timed_out"): 2}, jobs()
        assert count("obs_job_retries_total") == {("push", "tasks.sleeps"): 1}
    """)


@pytest.mark.parametrize("job", ["dies", "leaves"])
def test_a_child_that_dies_is_counted_by_its_worker(rq: Run, job: str) -> None:
    rq(f"""
        queue.enqueue(tasks.{job})
        queue.enqueue(tasks.notify, "a")
        work()
        assert jobs() == {{("tasks.{job}", "push", "killed"): 1, ("tasks.notify", "push", "ok"): 1}}, jobs()
        assert waits().keys() == {{("push", "tasks.{job}"), ("push", "tasks.notify")}}
        assert not count("obs_jobs_active") and not count("obs_jobs_lost_total")
    """)


def test_a_spawned_child_that_dies(rq: Run) -> None:
    rq(
        """
        queue.enqueue(tasks.dies)
        queue.enqueue(tasks.notify, "a")
        work(SpawnWorker)
        assert jobs() == {("tasks.dies", "push", "killed"): 1, ("tasks.notify", "push", "ok"): 1}, jobs()
    """,
        everywhere=True,
    )


def test_a_child_that_dies_and_is_tried_again(rq: Run) -> None:
    rq("""
        queue.enqueue(tasks.dies, retry=Retry(max=1))
        work()
        assert jobs() == {("tasks.dies", "push", "killed"): 2}, jobs()
        assert count("obs_job_retries_total") == {("push", "tasks.dies"): 1}
        assert count("messaging_client_sent_messages_total") == {("rq", "push", "tasks.dies"): 2}
    """)


def test_a_job_that_somebody_stops(rq: Run) -> None:
    rq("""
        import threading
        from rq.command import send_stop_job_command
        job = queue.enqueue(tasks.sleeps)
        def stop():
            until(lambda: job.get_status() == "started")
            send_stop_job_command(redis, job.id)
        threading.Thread(target=stop).start()
        work()
        assert job.get_status() == "stopped"
        assert jobs() == {("tasks.sleeps", "push", "killed"): 1}, jobs()
    """)


ABANDONED = """
import signal, subprocess
job = queue.enqueue(tasks.sleeps, retry=Retry(max=1) if {retried} else None)
lone = subprocess.Popen([sys.executable, "-m", "rq.cli", "worker", "-u", URL, "push", "-w", "rq.SimpleWorker"],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
until(lambda: job.get_status() == "started")
lone.kill()
lone.wait()
for member in redis.zrange("rq:wip:push", 0, -1):  # its time is up
    redis.zadd("rq:wip:push", {{member: 1}})
redis.hset(job.key, "data", Queue("push", connection=redis).create_job(tasks.notify, args=("a",)).data)
work()
assert count("obs_jobs_lost_total") == {{("push", "tasks.notify"): 1}}, count("obs_jobs_lost_total")
assert jobs() == ({{("tasks.notify", "push", "ok"): 1}} if {retried} else {{}}), jobs()
assert count("obs_job_retries_total") == ({{("push", "tasks.notify"): 1}} if {retried} else {{}})
"""


@pytest.mark.parametrize("retried", [True, False], ids=["retried", "given up"])
def test_a_job_whose_worker_died_is_lost_when_another_finds_it(rq: Run, retried: bool) -> None:
    rq(ABANDONED.format(retried=retried))


def test_a_job_that_cannot_be_read_fails_as_without_obs(rq: Run) -> None:
    rq("""
        job = queue.enqueue(tasks.notify, "a")
        redis.hset(job.key, "data", b"\\x80\\x05no pickle")
        other = queue.enqueue("tasks.gone", "a")
        work()
        assert job.get_status() == other.get_status() == "failed"
        assert jobs() == {("(unreadable)", "push", "failed"): 1, ("tasks.gone", "push", "failed"): 1}, jobs()
    """)
