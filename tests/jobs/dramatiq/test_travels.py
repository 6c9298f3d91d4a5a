"""What goes with a Dramatiq message: when it was sent, and nothing that a worker without obs would see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.poison import LISTENING, write

THREADS = pytest.mark.parametrize("dramatiq", [False], indirect=True, ids=["threads"])  # nothing here depends on them
pytestmark = [pytest.mark.real, THREADS]

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
        before = time.time()
        actors.notify.send_with_options(args=("a",), delay=500)
        took = time.time() - before
        assert sent() == {"notify": 1}
        work()
        assert jobs() == {("notify", "push", "ok"): 1} and sent() == {"notify": 1}, sent()
        (n, scheduled), = waits("obs_job_scheduled_seconds").values()
        (m, waited), = waits().values()
        assert n == m == 1 and 0.49 < scheduled < 0.51 + took and 0 <= waited < 20, (scheduled, waited)
    """)


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


POISON = [
    7,
    [],
    {"traceparent": 7, "obs-sent": [], "obs-due": {}, "obs-previous": None},
    {"traceparent": "00-zz", "obs-sent": "nan", "obs-due": "inf", "obs-previous": "?"},
    {"traceparent": "0" * 9_000, "obs-sent": "9" * 9_000},
]


def test_a_poisoned_header_is_as_none(dramatiq: Run, tmp_path: Path) -> None:
    write(tmp_path)
    dramatiq(
        LISTENING
        + f"""
options = poison + json.loads({json.dumps(POISON)!r})
for number, option in enumerate(options):
    for message in (actors.notify.message("a"), actors.fails.message()):
        key = f"{{message.actor_name}}{{number}}"
        message = message.copy(options={{"obs": option, "redis_message_id": key}})
        broker.do_enqueue("push", key, message.encode())
work()
assert jobs() == {{("notify", "push", "ok"): len(options), ("fails", "push", "retried"): len(options),
                   ("fails", "push", "failed"): len(options)}}, jobs()
assert all(0 <= seconds < 60 * n for n, seconds in waits().values()), waits()
assert {{n for n, _ in waits("obs_job_scheduled_seconds").values()}} == {{len(options)}}  # of the retries
assert not [span for span in spans("notify") if span["parent"]]
heard = [line for line in heard if not line[0].startswith("dramatiq.")]
silent()
""",
        spans=True,
    )


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
