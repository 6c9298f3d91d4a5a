"""Dramatiq's messages are measured by how they end, in threads and in greenlets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.real

Run = Callable[..., None]


def test_each_message_is_counted_by_how_it_ended(dramatiq: Run) -> None:
    dramatiq("""
        for user in "abc":
            actors.notify.send(user)
        actors.fails_once.send()
        actors.expected.send()
        assert not jobs() and not count("obs_job_slots")
        work()
        assert jobs() == {("notify", "push", "ok"): 3, ("fails_once", "push", "failed"): 1,
                          ("expected", "push", "failed"): 1}, jobs()
        assert sent() == {"notify": 3, "fails_once": 1, "expected": 1}, sent()
        assert sum(n for n, _ in waits().values()) == 5
        assert not count("obs_jobs_active") and not count("obs_job_retries_total")
    """)


def test_a_message_that_fails_is_retried_until_it_has_failed(dramatiq: Run) -> None:
    dramatiq("""
        actors.fails.send()
        actors.asks_again.send()
        work()
        assert jobs() == {(name, "push", outcome): 1 for name in ("fails", "asks_again")
                          for outcome in ("retried", "failed")}, jobs()
        assert count("obs_job_retries_total") == {("push", "fails"): 1, ("push", "asks_again"): 1}
        assert sent() == {"fails": 2, "asks_again": 2}, sent()
        assert {n for n, _ in waits("obs_job_scheduled_seconds").values()} == {1}
    """)


def test_a_message_that_is_too_old_is_rejected(dramatiq: Run) -> None:
    dramatiq("""
        actors.old.send()
        time.sleep(0.01)
        work()
        assert jobs() == {("old", "push", "rejected"): 1}, jobs()
    """)


def test_a_message_that_a_middleware_skips_is_rejected(dramatiq: Run) -> None:
    dramatiq("""
        class Skips(dramatiq.Middleware):
            def before_process_message(self, broker, message):
                raise dramatiq.middleware.SkipMessage
        broker.add_middleware(Skips())
        actors.notify.send("a")
        work()
        assert jobs() == {("notify", "push", "rejected"): 1}, jobs()
    """)


def test_a_message_that_takes_too_long(dramatiq: Run) -> None:
    dramatiq("""
        actors.sleeps.send()
        work()
        assert jobs() == {("sleeps", "push", "timed_out"): 1}, jobs()
    """)


def test_a_message_that_the_end_of_its_worker_interrupts(dramatiq: Run) -> None:
    """It is killed, and tried again."""
    dramatiq("""
        actors.interrupted.send(os.path.abspath("begun"))
        worker = Worker(broker, worker_timeout=50, worker_threads=2)
        worker.start()
        until(Path("begun").exists)
        assert count("obs_job_slots") == {("dramatiq",): 2}
        assert count("obs_jobs_active") == {("push", "interrupted"): 1}
        worker.stop()
        assert jobs() == {("interrupted", "push", "killed"): 1}, jobs()
        assert sent() == {"interrupted": 2} and not count("obs_jobs_active") and not count("obs_job_slots")
    """)


def test_the_name_is_on_the_stack_and_the_work_current(dramatiq: Run) -> None:
    dramatiq("""
        actors.stack.send(os.path.abspath("stack"))
        work()
        *names, work = Path("stack").read_text().split("\\n")
        assert "stack" in names and names.count("stack") == 2 and work == "job stack", names
    """)


def test_the_acknowledgement_is_not_in_its_time(dramatiq: Run) -> None:
    """It waits for a broker that is down."""
    dramatiq("""
        original = dramatiq.brokers.redis._RedisConsumer.ack
        def slow(self, message):
            assert obs.current() is None
            time.sleep(1)
            return original(self, message)
        dramatiq.brokers.redis._RedisConsumer.ack = slow
        actors.notify.send("a")
        work()
        cells, = metrics("messaging_process_duration_seconds").values()
        assert cells[-1] < 0.9, cells
    """)


def test_the_exception_of_a_message_shows_nothing_of_obs(dramatiq: Run) -> None:
    dramatiq("""
        seen = []
        class Looks(dramatiq.Middleware):
            def after_process_message(self, broker, message, *, result=None, exception=None):
                seen.extend(frame.filename for frame in traceback.extract_tb(exception.__traceback__))
        broker.add_middleware(Looks())
        actors.fails_once.send()
        work()
        assert seen and not [file for file in seen if "/obs/" in file or "<obs>" in file], seen
    """)


def test_everything_is_taken_back(dramatiq: Run) -> None:
    dramatiq("""
        from dramatiq import worker, MessageProxy, Broker
        from dramatiq.brokers.redis import RedisBroker
        owners = [worker.Worker, worker.WorkerThread, worker.ConsumerThread, MessageProxy, Broker, RedisBroker]
        patched = {(owner, name) for owner in owners for name, value in vars(owner).items()
                   if "/obs/jobs/dramatiq/" in getattr(getattr(value, "__code__", None), "co_filename", "")}
        assert len(patched) == 7, patched
        actors.notify.send("a")
        handle.uninstrument()
        for owner, name in patched:
            assert "/obs/" not in getattr(owner, name).__code__.co_filename, (owner, name)
        work()  # a message that bears headers
    """)
