"""Tasks of Celery's workers, in each of its pools: counted once, by how they ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.real

Run = Callable[..., None]

POOLS = [("prefork", 2), ("threads", 2), ("gevent", 10), ("solo", 1)]


@pytest.mark.parametrize(("pool", "slots"), POOLS, ids=[pool for pool, _ in POOLS])
def test_each_task_is_counted_by_how_it_ended(celery: Run, pool: str, slots: int) -> None:
    celery(f"""
        with worker("-P", "{pool}", "-c", "{slots}"):
            for user in "abc":
                tasks.notify.delay(user)
            for task in (tasks.fails, tasks.rejects, tasks.ignores):
                task.delay()
            assert result(tasks.retries.delay(2)) == 2
            assert "push.stack" in result(tasks.stack.delay())
            assert result(tasks.works.delay()) == "job push.works"
            result(tasks.enqueues.delay("d"))
            until(lambda: sum(jobs().values()) == 13)
            until(lambda: not count("obs_jobs_active"))
            assert count("obs_job_slots") == {{("celery",): {slots}}}, count("obs_job_slots")
        assert ended() == {{
            ("push.notify", "ok"): 4, ("push.fails", "failed"): 1, ("push.rejects", "rejected"): 1,
            ("push.ignores", "ok"): 1, ("push.retries", "retried"): 2, ("push.retries", "ok"): 1,
            ("push.stack", "ok"): 1, ("push.works", "ok"): 1, ("push.enqueues", "ok"): 1,
        }}, ended()
        assert {{queue for name, queue, outcome in jobs()}} == {{"push"}}
        assert sent() == {{
            "push.notify": 4, "push.fails": 1, "push.rejects": 1, "push.ignores": 1, "push.retries": 3,
            "push.stack": 1, "push.works": 1, "push.enqueues": 1,
        }}, sent()
        assert sum(n for n, seconds in waits().values()) == 13
        assert not count("obs_job_slots")
        assert count("obs_job_retries_total") == {{("push", "push.retries"): 2}}
        assert not count("obs_jobs_lost_total")
    """)


def test_children_that_end_after_one_task_lose_nothing(celery: Run) -> None:
    celery(
        """
        with worker("-P", "prefork", "-c", "2", "--max-tasks-per-child", "1"):
            for found in [tasks.notify.delay("a") for _ in range(8)]:
                result(found)
        assert ended() == {("push.notify", "ok"): 8}, ended()
        assert len(spans("push.notify")) == 8
    """,
        spans=True,
    )


def test_time_limits(celery: Run) -> None:
    celery("""
        with worker("-P", "prefork", "-c", "2"):
            tasks.soft.delay(), tasks.hard.delay()
            until(lambda: sum(jobs().values()) == 2)
            result(tasks.notify.delay())
        assert ended() == {
            ("push.soft", "timed_out"): 1, ("push.hard", "timed_out"): 1, ("push.notify", "ok"): 1
        }, ended()
        until(lambda: not count("obs_jobs_active"))
        seconds = [cells[-1] for cells in metrics("messaging_process_duration_seconds").values()]
        assert sum(seconds) >= 1.9, seconds
    """)


def test_a_time_limit_of_greenlets(celery: Run) -> None:
    celery("""
        with worker("-P", "gevent", "-c", "10"):
            tasks.hard.delay()
            result(tasks.notify.delay())
            until(lambda: sum(jobs().values()) == 2)
        assert ended() == {("push.hard", "timed_out"): 1, ("push.notify", "ok"): 1}, ended()
    """)


def test_tasks_that_take_their_process_along(celery: Run) -> None:
    celery("""
        with worker("-P", "prefork", "-c", "1"):
            tasks.dies.delay(), tasks.exits.delay()
            result(tasks.notify.delay())
        assert ended() == {
            ("push.dies", "killed"): 1, ("push.exits", "killed"): 1, ("push.notify", "ok"): 1
        }, ended()
        assert not count("obs_jobs_active")
    """)


def test_revoked_and_expired_tasks(celery: Run) -> None:
    celery("""
        app.control.revoke  # before any is sent
        with worker("-P", "prefork", "-c", "1"):
            running = tasks.sleeps.delay(60, os.path.abspath("runs"))
            until(lambda: Path("runs").exists())
            tasks.notify.apply_async(expires=-1)
            revoked = tasks.notify.apply_async(countdown=2)
            app.control.revoke(revoked.id)
            app.control.revoke(running.id, terminate=True)
            until(lambda: sum(jobs().values()) == 3)
            assert result(tasks.works.delay()) == "job push.works"
        assert ended() == {
            ("push.sleeps", "killed"): 1, ("push.notify", "rejected"): 2, ("push.works", "ok"): 1
        }, ended()
    """)


def test_what_a_dead_worker_had_is_lost_when_the_broker_delivers_it_again(celery: Run) -> None:
    celery(
        """
        path = os.path.abspath("began")
        sent_ = tasks.late.delay(path)
        with worker("-P", "solo") as one:
            until(lambda: Path(path).exists())
            one.kill()
            one.wait()
        with worker("-P", "solo"):
            assert result(sent_) == "done"
        assert ended() == {("push.late", "ok"): 1}, ended()
        assert count("obs_jobs_lost_total") == {("push", "push.late"): 1}
    """,
        VISIBILITY="1",
    )


def test_what_was_given_back_is_not_lost(celery: Run) -> None:
    celery("""
        with worker("-P", "prefork", "-c", "2"):
            assert result(tasks.back.delay(os.path.abspath("began"))) == "done"
        assert ended() == {("push.back", "rejected"): 1, ("push.back", "ok"): 1}, ended()
        assert not count("obs_jobs_lost_total")
    """)
