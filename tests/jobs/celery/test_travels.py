"""What goes with a Celery task: when it was sent and due, its trace; and what may come in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.poison import LISTENING, write

pytestmark = pytest.mark.real

Run = Callable[..., None]


def test_the_wait_is_from_the_sending_and_a_delay_is_none(celery: Run) -> None:
    celery("""
        before = time.time()
        first = tasks.notify.delay("a")
        after = time.time()
        tasks.works.apply_async(countdown=2)
        time.sleep(0.3)
        begun = time.time()
        with worker("-P", "solo"):
            result(first)
            until(lambda: sum(jobs().values()) == 2)
        n, seconds = waits()["push", "push.notify"]
        assert n == 1 and begun - after <= seconds <= time.time() - before, seconds
        (label, (n, scheduled)), = waits("obs_job_scheduled_seconds").items()
        assert label == ("push", "push.works") and n == 1 and 1 < scheduled <= 2.01, scheduled
    """)


@pytest.mark.parametrize("pool", ["prefork", "gevent"])
def test_the_trace_goes_on_in_the_task_and_in_the_task_of_that(celery: Run, pool: str) -> None:
    celery(
        f"""
        from celery import chain, group
        with worker("-P", "{pool}", "-c", "2"):
            with obs.work("job", "nightly"):
                tasks.enqueues.delay("a")
            with obs.work("job", "chained"):
                result(chain(tasks.notify.si("b"), group(tasks.works.si(), tasks.headers.si())).apply_async())
            until(lambda: sum(jobs().values()) == 7)
        above = {{span["id"]: span for span in spans()}}
        def upwards(span):
            found = []
            while span:
                found.append((span["kind"], span["name"]))
                span = above.get(span["parent"])
            return found
        chains = [upwards(span) for span in spans("push.notify")]
        assert [
            ("CONSUMER", "push.notify"), ("PRODUCER", "send push.notify"),
            ("CONSUMER", "push.enqueues"), ("PRODUCER", "send push.enqueues"), ("CONSUMER", "nightly"),
        ] in chains, chains
        (work,) = spans("push.works")
        assert upwards(work) == [
            ("CONSUMER", "push.works"), ("PRODUCER", "send push.works"),
            ("CONSUMER", "push.notify"), ("PRODUCER", "send push.notify"), ("CONSUMER", "chained"),
        ], upwards(work)
        assert work["attributes"]["messaging.system"] == "celery"
        assert work["attributes"]["messaging.destination.name"] == "push"
        assert len({{span["trace"] for span in spans()}}) == 2
    """,
        spans=True,
    )


def test_each_attempt_is_linked_to_the_one_before(celery: Run) -> None:
    celery(
        """
        with worker("-P", "prefork", "-c", "1"):
            with obs.work("job", "nightly"):
                assert result(tasks.retries.delay(2)) == 2
            until(lambda: sum(jobs().values()) == 4)
        first, second, third = spans("push.retries")
        assert not first["links"] and second["links"] == [first["id"]] and third["links"] == [second["id"]]
        assert len({span["trace"] for span in (first, second, third)}) == 1
        outcomes = [span["attributes"].get("obs.job.outcome") for span in (first, second, third)]
        assert outcomes[:2] == ["retried", "retried"] and {span["status"] for span in spans()} <= {"UNSET", "OK"}
    """,
        spans=True,
    )


def test_an_unsampled_work_sends_its_own_ids(celery: Run) -> None:
    celery("""
        with worker("-P", "solo"):
            with obs.work("job", "nightly") as work:
                found = result(tasks.headers.delay())
            trace, span = work.ids()
            assert found["traceparent"] == f"00-{trace:032x}-{span:016x}-00", found
            assert abs(float(found["obs-sent"]) - time.time()) < 60
    """)


def test_poisoned_and_oversized_headers_are_as_none(celery: Run, tmp_path: Path) -> None:
    write(tmp_path)
    celery(
        LISTENING
        + """
poison.append({"eta": "2026-01-01T00:00:00"})
sender = type(app.amqp)._create_task_sender.__wrapped__
app.amqp.send_task_message = sender(app.amqp)  # Celery's own: what it sends bears no headers but these
with worker("-P", "prefork", "-c", "1"):
    sent = [tasks.works.apply_async(headers=headers) for headers in poison]
    assert {result(each) for each in sent} == {"job push.works"}
assert ended() == {("push.works", "ok"): len(poison)}, ended()
assert not waits()
assert not [span["parent"] for span in spans("push.works") if span["parent"]]
silent()
""",
        spans=True,
    )


def test_an_eager_task_is_a_job_inside_its_caller(celery: Run) -> None:
    celery("""
        app.conf.task_always_eager = True
        with obs.work("job", "nightly"):
            assert tasks.works.delay().get() == "job push.works"
            tasks.fails.delay()
            assert tasks.retries.delay(1).get() == 1
            assert obs.current().name == "nightly"
        assert ended() == {
            ("push.works", "ok"): 1, ("push.fails", "failed"): 1, ("nightly", "ok"): 1,
            ("push.retries", "retried"): 1, ("push.retries", "ok"): 1,
        }, ended()
        assert not sent()
    """)


def test_a_send_that_fails_is_none_and_shows_nothing_of_obs(celery: Run) -> None:
    celery("""
        try:
            tasks.notify.apply_async((object(),))
        except Exception as error:
            files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
            assert not [file for file in files if "/obs/" in file], files
        else:
            assert False
        assert not sent()
    """)


def test_everything_is_taken_back(celery: Run) -> None:
    celery("""
        import celery.app.amqp, celery.app.trace, celery.concurrency.prefork
        import celery.worker.consumer.consumer, celery.worker.request, celery.worker.worker
        owners = [celery.app.amqp.AMQP, celery.app.trace, celery.concurrency.prefork, celery.worker.request.Request,
                  celery.worker.worker.WorkController, celery.worker.consumer.consumer]
        def patched():
            return {(owner, name) for owner in owners for name, value in vars(owner).items()
                    if "/obs/jobs/celery/" in getattr(getattr(value, "__code__", None), "co_filename", "")}
        assert {owner for owner, name in patched()} >= set(owners[:5]), patched()
        handle.uninstrument()
        held = celery.worker.consumer.consumer.build_tracer
        assert {name for owner, name in patched()} <= {"build_tracer"}, patched()
        app.conf.task_always_eager = True
        assert tasks.works.delay().get() == "none"
    """)
