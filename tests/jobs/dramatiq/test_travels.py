"""What goes with a Dramatiq message: when it was sent, its trace, and nothing that a worker without obs would see."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.real

Run = Callable[..., None]


def test_the_wait_is_from_the_enqueuing_to_the_start(dramatiq: Run) -> None:
    dramatiq("""
        before = time.time()
        actors.notify.send("a")
        after = time.time()
        time.sleep(0.3)
        begun = time.time()
        work()
        (n, seconds), = waits().values()
        assert n == 1 and begun - after <= seconds <= time.time() - before, seconds
        assert not waits("obs_job_scheduled_seconds")
    """)


def test_a_delay_is_no_wait_and_a_delayed_message_is_sent_once(dramatiq: Run) -> None:
    dramatiq("""
        actors.notify.send_with_options(args=("a",), delay=500)
        assert sent() == {"notify": 1}
        work()
        assert jobs() == {("notify", "push", "ok"): 1} and sent() == {"notify": 1}, sent()
        (n, scheduled), = waits("obs_job_scheduled_seconds").values()
        (m, waited), = waits().values()
        assert n == m == 1 and 0.49 < scheduled < 0.51 and 0 <= waited < 20, (scheduled, waited)
    """)


def test_the_trace_goes_from_the_work_to_its_message_and_to_the_message_of_that(dramatiq: Run) -> None:
    dramatiq(
        """
        with obs.work("job", "nightly"):
            actors.enqueues.send("a")
        work()
        until(lambda: spans("notify"))
        above = {span["id"]: span for span in spans()}
        chain = spans("notify")
        while chain[-1]["parent"]:
            chain.append(above[chain[-1]["parent"]])
        assert [(span["kind"], span["name"]) for span in chain] == [
            ("CONSUMER", "notify"),
            ("PRODUCER", "send notify"),
            ("CONSUMER", "enqueues"),
            ("PRODUCER", "send enqueues"),
            ("CONSUMER", "nightly"),
        ], chain
        assert chain[0]["attributes"]["messaging.system"] == "dramatiq"
    """,
        spans=True,
    )


def test_a_retry_is_linked_to_the_attempt_before(dramatiq: Run) -> None:
    dramatiq(
        """
        with obs.work("job", "nightly"):
            actors.fails.send()
        work()
        first, second = spans("fails")
        assert not first["links"] and second["links"] == [first["id"]]
        assert first["trace"] == second["trace"] and first["attributes"]["obs.job.outcome"] == "retried"
    """,
        spans=True,
    )


def test_the_sender_keeps_its_message_as_it_is(dramatiq: Run) -> None:
    dramatiq("""
        message = actors.notify.message("a")
        gone = broker.enqueue(message)
        assert message.options == {}
        assert gone.message_id == message.message_id and gone.options["obs"].keys() >= {"obs-sent"}
        work()
    """)


def test_a_send_that_fails_is_not_counted(dramatiq: Run) -> None:
    dramatiq("""
        import redis
        broker.client.connection_pool.disconnect()
        broker.client.connection_pool.connection_kwargs["port"] = 1
        try:
            actors.notify.send("a")
        except redis.ConnectionError as error:
            files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
            assert not [file for file in files if "/obs/jobs" in file], files
        else:
            raise AssertionError
        assert not sent() and obs.current() is None
    """)


def test_pipelines_and_groups(dramatiq: Run) -> None:
    dramatiq("""
        dramatiq.group([actors.notify.message("a"), actors.notify.message("b")]).run()
        (actors.fails_once.message_with_options(pipe_ignore=True) | actors.notify.message("c")).run()
        (actors.notify.message_with_options(args=("d",)) | actors.expected.message_with_options(pipe_ignore=True)).run()
        work()
        assert jobs() == {("notify", "push", "ok"): 3, ("fails_once", "push", "failed"): 1,
                          ("expected", "push", "failed"): 1}, jobs()
        assert sent() == {"notify": 3, "fails_once": 1, "expected": 1}
    """)


def test_the_stub_broker_of_services_own_tests(dramatiq: Run) -> None:
    dramatiq("""
        from dramatiq.brokers.stub import StubBroker
        stub = StubBroker()
        @dramatiq.actor(broker=stub)
        def here(): ...
        here.send()
        worker = Worker(stub, worker_timeout=50, worker_threads=1)
        worker.start()
        stub.join("default")
        worker.join()
        worker.stop()
        assert jobs() == {("here", "default", "ok"): 1} and sent() == {"here": 1}
    """)


@pytest.mark.parametrize(
    "option",
    [
        7,
        [],
        {"traceparent": 7, "obs-sent": [], "obs-due": {}, "obs-previous": None},
        {"traceparent": "00-zz", "obs-sent": "nan", "obs-due": "inf", "obs-previous": "?"},
        {"traceparent": "0" * 9_000, "obs-sent": "9" * 9_000},
    ],
    ids=["number", "list", "types", "texts", "long"],
)
def test_a_poisoned_header_is_as_none(dramatiq: Run, option: object) -> None:
    dramatiq(f"""
        for actor in (actors.notify.message("a"), actors.fails.message()):
            message = actor.copy(options={{"obs": json.loads({json.dumps(option)!r}), "redis_message_id": "1"}})
            broker.do_enqueue("push", message.message_id,
                message.copy(options={{"redis_message_id": message.message_id}}).encode())
        work()
        assert jobs() == {{("notify", "push", "ok"): 1, ("fails", "push", "retried"): 1,
                           ("fails", "push", "failed"): 1}}, jobs()
        assert all(0 <= seconds < 60 for n, seconds in waits().values()), waits()
        assert {{n for n, _ in waits("obs_job_scheduled_seconds").values()}} == {{1}}  # of the retry
    """)


def test_a_message_of_a_sender_without_obs(dramatiq: Run) -> None:
    dramatiq("""
        message = actors.notify.message("a").copy(options={"redis_message_id": "1"})
        broker.do_enqueue("push", "1", message.encode())
        work()
        assert jobs() == {("notify", "push", "ok"): 1} and sum(n for n, _ in waits().values()) == 1
    """)


@pytest.mark.parametrize("who", ["sends", "works"])
def test_the_host_process_is_told_where_the_queue_is(dramatiq: Run, who: str) -> None:
    dramatiq(f"""
        actors.notify.send("a") if {who == "sends"} else work()
        known, = (json.loads(path.read_text()) for path in active.store().run_dir.glob("*.broker"))
        assert known["address"] == os.environ["REDIS_URL"] and known["system"] == "dramatiq", known
        assert known["queues"] == ["push"] and known["extra"] == {{"namespace": "dramatiq"}}
    """)
