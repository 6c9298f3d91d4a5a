"""What goes with an RQ job: the time that it was sent, the trace, and nothing that a worker without obs would see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.poison import LISTENING, write

pytestmark = pytest.mark.real

Run = Callable[..., None]


def test_the_wait_is_from_the_enqueuing_to_the_start(rq: Run) -> None:
    rq("""
        before = time.time()
        job = queue.enqueue(tasks.notify, "a")
        after = time.time()
        time.sleep(0.3)
        begun = time.time()
        work()
        (n, seconds), = waits().values()
        assert n == 1 and begun - after <= seconds <= time.time() - before, seconds
        assert not waits("obs_job_scheduled_seconds")
    """)


def test_the_delay_of_a_scheduled_job_is_no_wait(rq: Run) -> None:
    """It is due after 100 s, which have gone by when the scheduler looks 200 s later."""
    rq("""
        job = queue.enqueue_in(timedelta(seconds=100), tasks.notify, "a")
        assert count("messaging_client_sent_messages_total") == {("rq", "push", "tasks.notify"): 1}
        headers = json.loads(redis.hget(job.key, "obs"))
        for key in ("obs-sent", "obs-due"):
            headers[key] = str(float(headers[key]) - 300)
        redis.hset(job.key, "obs", json.dumps(headers))
        redis.zadd("rq:scheduled:push", {job.id: time.time() - 200})
        work(with_scheduler=True)
        assert count("messaging_client_sent_messages_total") == {("rq", "push", "tasks.notify"): 1}
        (n, scheduled), = waits("obs_job_scheduled_seconds").values()
        (m, waited), = waits().values()
        assert n == m == 1 and 95 < scheduled < 101 and 199 < waited < 260, (scheduled, waited)
    """)


def test_a_job_that_depends_on_another_waits_from_when_that_ended(rq: Run) -> None:
    rq("""
        first = queue.enqueue(tasks.sleeps, 0.5)
        queue.enqueue(tasks.notify, "a", depends_on=first)
        time.sleep(0.5)
        work()
        assert jobs() == {("tasks.sleeps", "push", "ok"): 1, ("tasks.notify", "push", "ok"): 1}
        found = waits()
        assert found["push", "tasks.notify"][1] < found["push", "tasks.sleeps"][1]
        sent = {("rq", "push", "tasks.sleeps"): 1, ("rq", "push", "tasks.notify"): 1}
        assert count("messaging_client_sent_messages_total") == sent, count("messaging_client_sent_messages_total")
    """)


def test_many_at_once(rq: Run) -> None:
    rq("""
        first = queue.enqueue(tasks.notify, "first")
        queue.enqueue_many([Queue.prepare_data(tasks.notify, ("a",)) for _ in range(3)]
                           + [Queue.prepare_data(tasks.fails, depends_on=first)])
        work()
        assert jobs() == {("tasks.notify", "push", "ok"): 4, ("tasks.fails", "push", "failed"): 1}, jobs()
        assert sum(n for n, _ in waits().values()) == 5
    """)


def test_a_retry_waits_from_when_it_is_due(rq: Run) -> None:
    rq("""
        job = queue.enqueue(tasks.fails, retry=Retry(max=1, interval=1))
        work()
        until(lambda: redis.zrange("rq:scheduled:push", 0, time.time(), byscore=True))
        work(with_scheduler=True)
        assert jobs() == {("tasks.fails", "push", "retried"): 1, ("tasks.fails", "push", "failed"): 1}, jobs()
        (n, scheduled), = waits("obs_job_scheduled_seconds").values()
        assert n == 1 and 0.5 < scheduled < 1.01, scheduled
    """)


def test_the_trace_goes_from_the_work_to_its_job_and_to_the_job_of_that(rq: Run) -> None:
    rq(
        """
        with obs.work("job", "nightly"):
            queue.enqueue(tasks.enqueues, URL, "push")
        work()
        assert len({span["trace"] for span in spans()}) == 1
        above = {span["id"]: span for span in spans()}
        span, = spans("tasks.notify")
        chain = [span]
        while chain[-1]["parent"]:
            chain.append(above[chain[-1]["parent"]])
        assert [(span["kind"], span["name"]) for span in chain] == [
            ("CONSUMER", "tasks.notify"),
            ("PRODUCER", "send tasks.notify"),
            ("CONSUMER", "tasks.enqueues"),
            ("PRODUCER", "send tasks.enqueues"),
            ("CONSUMER", "nightly"),
        ], chain
        assert chain[0]["attributes"]["messaging.system"] == "rq"
        assert chain[0]["attributes"]["messaging.destination.name"] == "push"
    """,
        spans=True,
    )


def test_a_retry_is_linked_to_the_attempt_before(rq: Run) -> None:
    rq(
        """
        with obs.work("job", "nightly"):
            queue.enqueue(tasks.fails, retry=Retry(max=1))
        work()
        first, second = spans("tasks.fails")
        assert not first["links"] and second["links"] == [first["id"]]
        assert first["trace"] == second["trace"]
    """,
        spans=True,
    )


def test_a_child_that_died_has_a_span_and_its_retry_the_same_trace(rq: Run) -> None:
    rq(
        """
        with obs.work("job", "nightly"):
            queue.enqueue(tasks.dies, retry=Retry(max=1))
        work()
        first, second = spans("tasks.dies")
        (nightly,) = spans("nightly")
        assert first["trace"] == second["trace"] == nightly["trace"]
        assert first["status"] == second["status"] == "ERROR"
    """,
        spans=True,
    )


def test_unsampled_work_sends_one_traceparent_that_says_so(rq: Run) -> None:
    rq("""
        with obs.work("job", "nightly"):
            job = queue.enqueue(tasks.notify, "a")
        headers = json.loads(redis.hget(job.key, "obs"))
        assert headers["traceparent"].endswith("-00"), headers
        assert headers.keys() == {"traceparent", "obs-sent"}, headers
    """)


POISON = [
    b"\xff\x00",
    b"[]",
    b"{}",
    b'{"traceparent": 7, "obs-sent": [], "obs-due": {}, "obs-attempt": "x", "obs-previous": null}',
    b'{"traceparent": "00-zz", "obs-sent": "nan", "obs-due": "inf", "obs-attempt": "1e300", "obs-previous": "?"}',
    b'{"obs-sent": "' + b"9" * 20_000 + b'"}',
    b"[" * 15_000,
    b'{"traceparent": "' + b"0" * 9_000 + b'"}',
]


def test_a_poisoned_header_is_as_none(rq: Run, tmp_path: Path) -> None:
    write(tmp_path)
    rq(
        LISTENING
        + f"""
fields = [*map(json.dumps, poison), *{POISON!r}]
for field in fields:
    job = queue.enqueue(tasks.notify, "a")
    redis.hset(job.key, "obs", field)
    retried = queue.enqueue(tasks.fails, retry=Retry(max=1))
    redis.hset(retried.key, "obs", field)
work(SimpleWorker)
assert jobs() == {{("tasks.notify", "push", "ok"): len(fields), ("tasks.fails", "push", "retried"): len(fields),
                   ("tasks.fails", "push", "failed"): len(fields)}}, jobs()
assert all(0 <= seconds < 60 * n for n, seconds in waits().values()), waits()
assert not waits("obs_job_scheduled_seconds")
assert not [span for span in spans("tasks.notify") if span["parent"]]
heard = [line for line in heard if line[0] != "rq.worker"]
silent()
""",
        spans=True,
    )


def test_a_job_of_a_sender_without_obs(rq: Run) -> None:
    rq("""
        job = queue.enqueue(tasks.notify, "a")
        assert redis.hdel(job.key, "obs")
        work()
        assert jobs() == {("tasks.notify", "push", "ok"): 1} and sum(n for n, _ in waits().values()) == 1
    """)


def test_a_worker_without_obs(rq: Run) -> None:
    rq("""
        import subprocess
        job = queue.enqueue(tasks.notify, "a", meta={"mine": 1})
        command = [sys.executable, "-m", "rq.cli", "worker", "-u", URL, "push", "--burst"]
        subprocess.run(command, check=True, capture_output=True)
        assert job.return_value(refresh=True) == "told a" and job.get_meta() == {"mine": 1}
    """)


@pytest.mark.parametrize("who", ["sends", "works"])
def test_the_host_process_is_told_where_the_queue_is(rq: Run, who: str) -> None:
    rq(f"""
        queue.enqueue(tasks.notify, "a") if {who == "sends"} else work(Worker, queue, Queue("mail", connection=redis))
        known, = (json.loads(path.read_text()) for path in active.store().run_dir.glob("*.broker"))
        assert known["address"] == URL and known["system"] == "rq", known
        assert known["queues"] == {["push"] if who == "sends" else ["mail", "push"]}
    """)
