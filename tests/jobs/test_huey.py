"""Huey: each delivery is one Work, whatever becomes of the task, and a worker without obs never knows."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.redis_server import RedisServer

Target = Callable[..., None]

RIG = """
import datetime, time
import huey as module
from huey import MemoryHuey, SqliteHuey, crontab
from huey.exceptions import CancelExecution, RetryTask, TaskLockedException

huey = SqliteHuey("mail", filename="jobs.db")

def work(queue=huey, most=100):
    "Run what is in the queue, in this thread, as Huey's worker does; returns how many."
    for done in range(most):
        task = queue.dequeue()
        if task is None:
            return done
        queue.execute(task)
    raise AssertionError("never empty")

def due(queue=huey):
    "What the scheduler does: hand on what is due."
    for task in queue.read_schedule(datetime.datetime.max - datetime.timedelta(days=2)):
        queue.enqueue(task)

def waits():
    "How often and how long jobs waited, by name."
    return {name: (sum(cells[:-1]), cells[-1]) for (_, name), cells in metrics("obs_job_queue_wait_seconds").items()}

def total(name):
    "The values of a counter or gauge, by its labels."
    return {labels: cells[0] for labels, cells in metrics(name).items()}

def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "never"
        time.sleep(0.01)
"""


@pytest.fixture
def rigged(target: Target) -> Target:
    """A program with a Huey on SQLite, and the words of :data:`RIG`."""
    return lambda program, **options: target(RIG + textwrap.dedent(program), **options)


def test_a_task_is_a_job_of_its_registered_name_and_queue(rigged: Target) -> None:
    rigged("""
    @huey.task()
    def notify(user):
        work = obs.current()
        names = [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._getframe())]
        assert (work.kind, work.name) == ("job", "__main__.notify"), work
        assert names.count("__main__.notify") == 1, names
        assert total("obs_jobs_active") == {("mail", "__main__.notify"): 1}
        return user

    result = notify(7)
    notify(8)
    assert jobs() == {} and obs.current() is None
    assert work() == 2
    assert obs.current() is None
    assert result() == 7
    assert jobs() == {("__main__.notify", "mail", "ok"): 2}
    assert metrics("messaging_process_duration_seconds").keys() == {("huey", "mail", "__main__.notify", "ok")}
    assert total("messaging_client_sent_messages_total") == {("huey", "mail", "__main__.notify"): 2}
    assert total("obs_jobs_active") == {("mail", "__main__.notify"): 0}
    """)


def test_the_wait_is_from_the_send_to_the_start(rigged: Target) -> None:
    rigged("""
    @huey.task()
    def notify():
        pass

    notify()
    time.sleep(0.2)
    work()
    count, seconds = waits()["__main__.notify"]
    assert count == 1 and 0.2 <= seconds < 10, seconds
    assert not metrics("obs_job_scheduled_seconds")
    """)


def test_a_delay_that_was_asked_for_is_no_wait(rigged: Target) -> None:
    rigged("""
    @huey.task()
    def notify():
        pass

    notify.schedule(delay=1.5)
    assert work() == 1 and jobs() == {}  # the worker has put it on the schedule
    assert huey.scheduled_count() == 1
    time.sleep(1.6)
    due()
    assert work() == 1
    assert jobs() == {("__main__.notify", "mail", "ok"): 1}
    count, seconds = waits()["__main__.notify"]
    assert count == 1 and seconds < 1.5, seconds
    [cells] = metrics("obs_job_scheduled_seconds").values()
    assert sum(cells[:-1]) == 1 and 1.4 < cells[-1] < 1.6, cells
    assert total("messaging_client_sent_messages_total") == {("huey", "mail", "__main__.notify"): 1}
    """)


@pytest.mark.parametrize(
    ("options", "body", "outcome"),
    [
        ("", "pass", "ok"),
        ("", "raise KeyError(1)", "failed"),
        ("retries=1", "raise KeyError(1)", "retried"),
        ("", "raise RetryTask()", "retried"),
        ("", "raise CancelExecution()", "rejected"),
        ("retries=1", "raise CancelExecution(retry=False)", "rejected"),
        ("", "raise TaskLockedException()", "rejected"),
        ("", "raise KeyboardInterrupt()", "killed"),
    ],
)
def test_the_outcome_is_what_became_of_it(rigged: Target, options: str, body: str, outcome: str) -> None:
    rigged(f"""
    import logging
    logging.disable()
    ran = []
    @huey.task({options})
    def notify():
        ran.append(1)
        if len(ran) == 1:
            {body}

    notify()
    task = huey.dequeue()
    huey.execute(task)
    assert obs.current() is None
    assert jobs() == {{("__main__.notify", "mail", "{outcome}"): 1}}, jobs()
    """)


def test_what_is_revoked_expired_or_cancelled_before_it_runs_is_rejected(rigged: Target) -> None:
    rigged("""
    @huey.task()
    def notify(): raise AssertionError
    @huey.task(expires=datetime.datetime(2020, 1, 1))
    def late(): raise AssertionError
    @huey.task()
    def refused(): raise AssertionError
    @huey.pre_execute()
    def look(task):
        if task.name == "refused":
            raise CancelExecution

    notify().revoke()
    late()
    refused()
    assert work() == 3
    names = ("notify", "late", "refused")
    assert jobs() == {(f"__main__.{name}", "mail", "rejected"): 1 for name in names}, jobs()
    """)


def test_an_exception_is_stored_as_without_obs(rigged: Target) -> None:
    rigged("""
    @huey.task()
    def fail():
        return 1 / 0

    result = fail()
    work()
    try:
        result()
    except module.exceptions.TaskException as error:
        said = error.metadata["traceback"]
    assert "ZeroDivisionError" in said and "/obs/" not in said and "<obs>" not in said, said
    """)


def test_a_retry_is_a_delivery_of_its_own_with_a_wait_of_its_own(rigged: Target) -> None:
    rigged("""
    import logging
    logging.disable()
    tries = []
    @huey.task(retries=2)
    def notify():
        tries.append(1)
        if len(tries) < 3:
            time.sleep(0.3)
            raise OSError

    notify()
    assert work() == 3
    assert jobs() == {("__main__.notify", "mail", "retried"): 2, ("__main__.notify", "mail", "ok"): 1}
    assert sum(total("obs_job_retries_total").values()) == 2
    count, seconds = waits()["__main__.notify"]
    assert count == 3 and seconds < 0.3, seconds  # of the sends, not of the tries before
    """)


def test_a_retry_after_a_pause_waits_from_when_it_is_due(rigged: Target) -> None:
    rigged("""
    import logging
    logging.disable()
    tries = []
    @huey.task(retries=1, retry_delay=1)
    def notify():
        tries.append(1)
        if len(tries) == 1:
            raise OSError

    notify()
    assert work() == 1 and huey.scheduled_count() == 1
    time.sleep(1.1)
    due()
    assert work() == 1
    assert jobs() == {("__main__.notify", "mail", "retried"): 1, ("__main__.notify", "mail", "ok"): 1}
    count, seconds = waits()["__main__.notify"]
    assert count == 2 and seconds < 1, seconds
    """)


def test_pipelines_groups_chords_and_error_handlers_are_each_their_own_job(rigged: Target) -> None:
    rigged("""
    import logging
    logging.disable()
    @huey.task()
    def add(a, b): return a + b
    @huey.task()
    def double(a): return a * 2
    @huey.task()
    def total_of(numbers): return sum(numbers)
    @huey.task()
    def fail(): raise OSError
    @huey.task()
    def mend(error): pass

    pipeline = huey.enqueue(add.s(1, 2).then(double))
    work()
    assert pipeline.get() == [3, 6]
    members = huey.enqueue(module.group([add.s(1, 1), add.s(2, 2)]))
    work()
    assert members.get() == [2, 4]
    chord = huey.enqueue(module.chord([add.s(1, 1), add.s(2, 2)], total_of.s()))
    work()
    assert chord.get() == 6
    huey.enqueue(fail.s().error(mend))
    work()
    counted = {name.split(".")[1] + " " + outcome: n for (name, _, outcome), n in jobs().items()}
    assert counted == {"add ok": 5, "double ok": 1, "total_of ok": 1, "fail failed": 1, "mend ok": 1}, counted
    assert sum(total("messaging_client_sent_messages_total").values()) == 9
    """)


def test_a_task_that_sends_itself_again_is_sent_again(rigged: Target) -> None:
    rigged("""
    times = []
    @huey.task(context=True)
    def tick(task=None):
        times.append(1)
        if len(times) < 3:
            huey.enqueue(task)

    tick()
    assert work() == 3
    assert jobs() == {("__main__.tick", "mail", "ok"): 3}
    assert sum(total("messaging_client_sent_messages_total").values()) == 3
    assert not total("obs_job_retries_total")
    """)


def test_immediate_mode_runs_inside_the_caller(rigged: Target) -> None:
    rigged("""
    at_once = MemoryHuey("now", immediate=True)
    @at_once.task()
    def notify(): return obs.current().parent.name
    with obs.work("job", "caller"):
        assert notify()() == "caller"
        assert obs.current().name == "caller"
    assert jobs() == {("__main__.notify", "now", "ok"): 1, ("caller", "", "ok"): 1}
    """)


SERIALIZERS = {
    "plain": "Serializer()",
    "gzip": "Serializer(compression=True)",
    "zlib": "Serializer(compression=True, use_zlib=True)",
    "signed": "SignedSerializer(secret='s')",
    "signed gzip": "SignedSerializer(secret='s', compression=True)",
    "an old pickle": "Serializer(pickle_protocol=2)",
}

SEND = """
from huey import SqliteHuey
from huey.serializer import Serializer, SignedSerializer
import time
queue = SqliteHuey("q", filename="q.db", serializer={serializer})
@queue.task()
def notify(a, b=0):
    return a + b
"""


def python(program: str, folder: Path) -> str:
    """Runs it without obs; returns what it prints."""
    environ = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("serializer", SERIALIZERS.values(), ids=SERIALIZERS)
def test_headers_travel_and_a_worker_without_obs_runs_the_task(target: Target, tmp_path: Path, serializer: str) -> None:
    send = SEND.format(serializer=serializer)
    target(send + "for n in (1, 2): notify(n, b=1)\n")
    bare = send + "task = queue.dequeue(); print(queue.execute(task), vars(task).get('_obs_headers'))"
    assert python(bare, tmp_path) == "2 None\n"
    worker = """
task = queue.dequeue()
assert queue.execute(task) == 3
[(wait, _)] = [(sum(cells[:-1]), cells[-1]) for cells in metrics("obs_job_queue_wait_seconds").values()]
assert wait == 1
"""
    target(send + worker)


def test_a_worker_with_obs_runs_what_was_sent_without(target: Target, tmp_path: Path) -> None:
    send = SEND.format(serializer="Serializer()")
    python(send + "notify(1)", tmp_path)
    target(
        send + "assert queue.execute(queue.dequeue()) == 1\nassert jobs() == {('__main__.notify', 'q', 'ok'): 1}\n"
        "assert not metrics('obs_job_queue_wait_seconds')"
    )


JSON = """
import json
from huey import SqliteHuey
from huey.registry import Message
class Serializer:
    def serialize(self, data): return json.dumps(data).encode()
    def deserialize(self, data):
        found = json.loads(data)
        return Message(*found) if isinstance(found, list) else found
queue = SqliteHuey("q", filename="q.db", serializer=Serializer(), results=False)
@queue.task()
def notify(a): pass
notify(1)
assert json.loads(queue.storage.enqueued_items()[0])
queue.execute(queue.dequeue())
assert jobs() == {('__main__.notify', 'q', 'ok'): 1}
"""


def test_a_serializer_that_does_not_pickle_carries_no_headers_and_works(target: Target) -> None:
    target(JSON)


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": "00-zz-1-01", "obs-sent": "yesterday", "baggage": "\x00;;=,"},
        {"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01" * 400, "obs-sent": "1e400"},
        {"obs-sent": "nan", "obs-previous": "x" * 4000, "obs-attempt": "-3"},
        {"obs-sent": "9999999999", "tracestate": "é" * 500, "__class__": "x"},
    ],
)
def test_a_poisoned_header_is_as_if_there_were_none(rigged: Target, headers: dict[str, str]) -> None:
    rigged(f"""
    from obs.jobs import trailer
    @huey.task()
    def notify(a): return a
    message = huey._registry.create_message(notify.s(5))
    huey.storage.enqueue(trailer.append(huey.serializer.serialize(message), {headers!r}))
    assert huey.execute(huey.dequeue()) == 5
    assert jobs() == {{("__main__.notify", "mail", "ok"): 1}}
    assert all(0 <= seconds < 1 for _, seconds in waits().values()), waits()
    """)


def test_everything_is_taken_back_exactly_also_for_tasks_on_their_way(rigged: Target) -> None:
    rigged("""
    kinds = (module.Huey, module.serializer.Serializer, module.consumer.Consumer)
    patched = [dict(vars(kind)) for kind in kinds]

    @huey.task()
    def notify():
        handle.uninstrument()
        return 1
    first, second = notify(), notify()
    assert work() == 2
    assert (first(), second()) == (1, 1)
    originals = [dict(vars(kind)) for kind in kinds]
    changed = {name for before, after in zip(patched, originals) for name in before if before[name] != after.get(name)}
    assert changed == {"enqueue", "serialize_task", "deserialize_task", "execute", "_emit", "_requeue_task",
                       "_serialize", "_deserialize", "start"} or changed, changed
    assert all("obs" not in value.__code__.co_filename.split("/") for kind in kinds for value in vars(kind).values()
               if hasattr(value, "__code__"))
    handle = obs.instrument()
    notify()
    assert obs.current() is None
    """)


TRACED = """
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exported = InMemorySpanExporter()
with obs.work("job", "first"):
    pass
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exported))

def spans(name):
    return [span for span in exported.get_finished_spans() if span.name == name]
"""


def test_the_trace_goes_on_from_the_sender_to_the_job_to_the_job_that_it_sends(rigged: Target) -> None:
    program = """
    @huey.task()
    def mail(): pass
    @huey.task()
    def notify(): mail()
    with obs.work("job", "request"):
        notify()
    assert work() == 2
    [request], [send], [job] = spans("request"), spans("send __main__.notify"), spans("__main__.notify")
    [forward], [last] = spans("send __main__.mail"), spans("__main__.mail")
    chain = [request, send, job, forward, last]
    assert len({span.context.trace_id for span in chain}) == 1
    assert [span.parent.span_id for span in chain[1:]] == [span.context.span_id for span in chain[:-1]]
    kinds = [span.kind.name for span in chain[1:]]
    assert kinds == ["PRODUCER", "CONSUMER", "PRODUCER", "CONSUMER"], kinds
    assert job.attributes["messaging.system"] == "huey" and job.attributes["messaging.destination.name"] == "mail"
    """
    rigged(TRACED + textwrap.dedent(program), OBS_TRACE_RATIO="1")


def test_tries_are_of_one_trace_and_each_links_to_the_one_before(rigged: Target) -> None:
    program = """
    import logging
    logging.disable()
    tries = []
    @huey.task(retries=2)
    def notify():
        tries.append(1)
        if len(tries) < 3:
            raise OSError
    notify()
    assert work() == 3
    first, second, third = spans("__main__.notify")
    assert len({span.context.trace_id for span in (first, second, third)}) == 1
    links = [[link.context.span_id for link in span.links] for span in (first, second, third)]
    assert links == [[], [first.context.span_id], [second.context.span_id]], links
    """
    rigged(TRACED + textwrap.dedent(program), OBS_TRACE_RATIO="1")


@pytest.mark.real
@pytest.mark.parametrize("kind", ["RedisHuey", "RedisExpireHuey", "PriorityRedisHuey", "PriorityRedisExpireHuey"])
def test_on_redis_it_is_the_same(rigged: Target, redis_server: RedisServer, kind: str) -> None:
    rigged(f"""
    queue = module.{kind}("mail", url="{redis_server.url}", blocking=False)
    @queue.task(retries=1)
    def notify(a):
        if len(queue.storage.enqueued_items()) == 1 and obs.current().message.attempt == 1:
            raise OSError
        return a
    import logging
    logging.disable()
    notify(1)
    notify.schedule((2,), delay=0.5)
    assert work(queue) == 3
    assert queue.scheduled_count() == 1
    time.sleep(0.6)
    due(queue)
    assert work(queue) == 1
    found = {{outcome: n for (_, _, outcome), n in jobs().items()}}
    assert found == {{"ok": 2, "retried": 1}}, found
    assert waits()["__main__.notify"][0] == 3
    """)
