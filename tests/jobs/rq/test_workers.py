"""Jobs of RQ's workers: the forking, the spawning and the simple one; and of queues that are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.real

Run = Callable[..., None]

COUNTED = """
for user in "abc":
    queue.enqueue(tasks.notify, user)
queue.enqueue(tasks.Sender().send, "d")
queue.enqueue(tasks.fails)
work({kind})
methods = ("tasks.Sender.send", "push", "ok")
assert jobs() == {{("tasks.notify", "push", "ok"): 3, methods: 1, ("tasks.fails", "push", "failed"): 1}}, jobs()
assert count("messaging_client_sent_messages_total") == {{
    ("rq", "push", "tasks.notify"): 3, ("rq", "push", "tasks.Sender.send"): 1, ("rq", "push", "tasks.fails"): 1
}}
assert sum(n for n, seconds in waits().values()) == 5
assert not count("obs_jobs_active")
assert not count("obs_jobs_lost_total") and not count("obs_job_retries_total")
assert count("obs_job_slots") == {{("rq",): 1}}
"""


@pytest.mark.parametrize("kind", ["Worker", "SimpleWorker", "SpawnWorker"])
def test_each_job_is_counted_by_how_it_ended(rq: Run, kind: str) -> None:
    rq(COUNTED.format(kind=kind), everywhere=kind == "SpawnWorker")


def test_a_spawned_child_without_obs_leaves_nothing_behind(rq: Run) -> None:
    """Nobody saw its job: that is not called killed."""
    rq("""
        queue.enqueue(tasks.notify, "a")
        work(SpawnWorker)
        assert not jobs() and not waits()
    """)


@pytest.mark.parametrize("kind", ["Worker", "SimpleWorker"])
def test_the_name_is_on_the_stack_and_the_work_current(rq: Run, kind: str) -> None:
    rq(f"""
        queue.enqueue(tasks.stack, os.path.abspath("stack"))
        queue.enqueue(tasks.works, os.path.abspath("work"), on_success=rq.Callback(tasks.called_back),
                      meta={{"path": os.path.abspath("callback")}})
        work({kind})
        assert "tasks.stack" in Path("stack").read_text().split("\\n")
        assert Path("work").read_text() == "job tasks.works"
        assert Path("callback").read_text() == "'tasks.works'"
        assert obs.current() is None
    """)


def test_a_forked_job_finds_everything_imported(rq: Run) -> None:
    """What obs imports, it imports once in the worker, not in every child."""
    rq(
        """
        job = queue.enqueue(tasks.imported)
        work()
        late = {name for name in job.return_value(refresh=True) if name not in sys.modules}
        assert not [name for name in late if name.startswith(("obs", "opentelemetry"))], late
        assert "opentelemetry.sdk.trace" in sys.modules
    """,
        spans=True,
    )


def test_a_synchronous_queue_runs_a_job_inside_its_caller(rq: Run) -> None:
    rq("""
        here = Queue("push", is_async=False, connection=redis)
        with obs.work("job", "nightly"):
            here.enqueue(tasks.notify, "a")
            here.enqueue(tasks.fails)
            assert obs.current().name == "nightly"
        assert jobs() == {("nightly", "", "ok"): 1, ("tasks.notify", "push", "ok"): 1,
                          ("tasks.fails", "push", "failed"): 1}, jobs()
    """)


def test_the_exception_of_a_job_shows_nothing_of_obs(rq: Run) -> None:
    rq("""
        job = queue.enqueue(tasks.fails)
        work(SimpleWorker)
        text = job.latest_result().exc_string
        assert "no such user" in text and "obs" not in text.replace(os.getcwd(), ""), text
        try:
            queue.enqueue(lambda: 1)  # RQ can't name it
        except Exception as error:
            files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
            assert not [file for file in files if "/obs/" in file], files
    """)


def test_everything_is_taken_back(rq: Run) -> None:
    rq("""
        import rq.queue, rq.job, rq.registry, rq.worker
        owners = [rq.job.Job, Queue, rq.worker.BaseWorker, Worker, SpawnWorker, rq.registry]
        patched = {(owner, name) for owner in owners for name, value in vars(owner).items()
                   if "/obs/jobs/rq/" in getattr(getattr(value, "__code__", None), "co_filename", "")}
        assert len(patched) == 15, patched
        queue.enqueue(tasks.notify, "a")
        handle.uninstrument()
        for owner, name in patched:
            assert "/obs/" not in getattr(owner, name).__code__.co_filename, (owner, name)
        work(SimpleWorker)  # a job that bears headers
    """)
