"""Huey: each delivery is one Work, whatever becomes of the task, and a worker without obs never knows."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.poison import LISTENING, write
from tests.jobs.redis_server import RedisServer
from tests.jobs.spans import SPANS

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
def rigged(threads: Target) -> Target:
    """A program with a Huey on SQLite, and the words of :data:`RIG`."""
    return lambda program, **options: threads(RIG + textwrap.dedent(program), **options)


def test_a_task_is_a_job_of_its_registered_name_and_queue(target: Target) -> None:
    program = """
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
"""
    target(RIG + program)


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

    notify()
    work()
    before = waits()["__main__.notify"][1]
    began = time.time()
    notify.schedule(delay=1)
    assert work() == 1 and sum(jobs().values()) == 1  # the worker has put it on the schedule
    assert huey.scheduled_count() == 1
    time.sleep(1.1)
    due()
    assert work() == 1
    assert jobs() == {("__main__.notify", "mail", "ok"): 2}
    count, seconds = waits()["__main__.notify"]
    assert count == 2
    [cells] = metrics("obs_job_scheduled_seconds").values()
    assert sum(cells[:-1]) == 1 and 0.1 < cells[-1] <= 1, cells
    assert seconds - before <= time.time() - began - cells[-1], (seconds, before, cells)
    assert total("messaging_client_sent_messages_total") == {("huey", "mail", "__main__.notify"): 2}
    """)


def test_the_outcome_is_what_became_of_it(rigged: Target) -> None:
    rigged("""
    import logging
    logging.disable()
    ends = {
        "fine": ({}, None, "ok"),
        "fails": ({}, KeyError(1), "failed"),
        "tried": ({"retries": 1}, KeyError(1), "retried"),
        "asks": ({}, RetryTask(), "retried"),
        "cancelled": ({}, CancelExecution(), "rejected"),
        "given_up": ({"retries": 1}, CancelExecution(retry=False), "rejected"),
        "locked": ({}, TaskLockedException(), "rejected"),
        "too_long": ({"retries": 1}, module.exceptions.TaskTimeout(), "timed_out"),
        "interrupted": ({}, KeyboardInterrupt(), "killed"),
    }
    def task(name, options, error):
        def function():
            if error is not None:
                raise error
        huey.task(name=name, **options)(function)()
    for name, (options, error, outcome) in ends.items():
        task(name, options, error)
        huey.execute(huey.dequeue())  # but not what is tried again
        huey.flush()
        assert obs.current() is None
    found = {name.removeprefix("__main__."): outcome for name, _, outcome in jobs()}
    assert found == {name: outcome for name, (_, _, outcome) in ends.items()}, found
    assert set(jobs().values()) == {1}
    assert set(total("obs_jobs_active").values()) == {0}
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
            began = time.time()
            time.sleep(0.3)
            pauses.append(time.time() - began)
            raise OSError

    pauses = []
    notify()
    assert work() == 3
    assert jobs() == {("__main__.notify", "mail", "retried"): 2, ("__main__.notify", "mail", "ok"): 1}
    assert sum(total("obs_job_retries_total").values()) == 2
    count, seconds = waits()["__main__.notify"]
    assert count == 3 and seconds < sum(pauses), (seconds, pauses)  # of the sends, not of the tries before
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

    began = time.time()
    notify()
    assert work() == 1 and huey.scheduled_count() == 1
    time.sleep(1.1)
    due()
    assert work() == 1
    assert jobs() == {("__main__.notify", "mail", "retried"): 1, ("__main__.notify", "mail", "ok"): 1}
    count, seconds = waits()["__main__.notify"]
    assert count == 2 and seconds < time.time() - began - 0.9, seconds
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


SEND = """
from huey import SqliteHuey
from huey.serializer import Serializer, SignedSerializer
serializers = {
    "plain": Serializer(),
    "gzip": Serializer(compression=True),
    "zlib": Serializer(compression=True, use_zlib=True),
    "signed": SignedSerializer(secret="s"),
    "signed_gzip": SignedSerializer(secret="s", compression=True),
    "old_pickle": Serializer(pickle_protocol=2),
}
queues = {name: SqliteHuey(name, filename="q.db", serializer=each) for name, each in serializers.items()}

def notify(a, b=0):
    return a + b
tasks = {name: queue.task(name=name)(notify) for name, queue in queues.items()}
"""


def python(program: str, folder: Path) -> str:
    """Runs it without obs; returns what it prints."""
    command, environ = [sys.executable, "-c", program], {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_headers_travel_and_a_worker_without_obs_runs_the_task(threads: Target, tmp_path: Path) -> None:
    """In whatever way Huey's own serializers write it."""
    threads(SEND + "for task in tasks.values(): task(1, b=1); task(2, b=1)")
    worker = """
for queue in queues.values():
    task = queue.dequeue()
    print(queue.execute(task), vars(task).get("_obs_headers"))
"""
    assert python(SEND + worker, tmp_path) == "2 None\n" * 6
    measured = """
for queue in queues.values():
    assert queue.execute(queue.dequeue()) == 3
waits = metrics("obs_job_queue_wait_seconds")
assert {queue: sum(cells[:-1]) for (queue, _), cells in waits.items()} == dict.fromkeys(queues, 1), waits
"""
    threads(SEND + measured)


def test_a_worker_with_obs_runs_what_was_sent_without(threads: Target, tmp_path: Path) -> None:
    python(SEND + "for task in tasks.values(): task(1)", tmp_path)
    measured = """
for queue in queues.values():
    assert queue.execute(queue.dequeue()) == 1
assert jobs() == {("__main__." + name, name, "ok"): 1 for name in queues}
assert not metrics("obs_job_queue_wait_seconds")
"""
    threads(SEND + measured)


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


def test_a_serializer_that_does_not_pickle_carries_no_headers_and_works(threads: Target) -> None:
    threads(JSON)


def test_a_poisoned_header_is_as_if_there_were_none(rigged: Target, tmp_path: Path) -> None:
    write(tmp_path)
    rigged(
        SPANS
        + LISTENING
        + r"""
from obs.jobs import trailer
texts = [headers for headers in poison if all(isinstance(value, str) for value in headers.values())]
texts.append({"obs-sent": "9999999999", "obs-attempt": "9" * 5000, "__class__": "x"})
def lines(headers):
    "Whatever the length: as some other software might write it."
    text = "\n".join(f"{name}:{value}" for name, value in headers.items()).encode()
    return text + min(len(text), 65535).to_bytes(2, "big") + trailer.MARK
@huey.task()
def notify(a): return a
message = huey.serializer.serialize(huey._registry.create_message(notify.s(5)))
written = [trailer.append(message, headers) for headers in texts] + [message + lines(headers) for headers in texts]
for data in written:
    huey.storage.enqueue(data)
    assert huey.execute(huey.dequeue()) == 5
assert jobs() == {("__main__.notify", "mail", "ok"): len(written)}
assert waits()["__main__.notify"] == (2, 0.0), waits()  # from the future: that is no time below zero
assert not [span for span in spans("__main__.notify") if span["parent"]]
silent()
""",
        OBS_TRACE_RATIO="1",
    )


def test_everything_is_taken_back_exactly_also_while_tasks_are_on_their_way(rigged: Target) -> None:
    rigged("""
    kinds = (module.Huey, module.serializer.Serializer, module.consumer.Consumer, module.consumer.Worker)
    def attributes():
        return {(kind, name): value for kind in kinds for name, value in vars(kind).items()}

    @huey.task()
    def notify():
        handle.uninstrument()
        return 1
    first, second = notify(), notify()
    patched = attributes()
    assert work() == 2
    assert (first(), second()) == (1, 1)
    originals = attributes()
    assert originals.keys() == patched.keys()
    assert {name for (_, name), value in patched.items() if value is not originals[_, name]} == {
        "enqueue", "serialize_task", "deserialize_task", "execute", "_emit", "_requeue_task", "_serialize",
        "_deserialize", "start", "initialize", "shutdown"}
    assert not any("/obs/" in value.__code__.co_filename for value in originals.values() if hasattr(value, "__code__"))
    for _ in range(2):
        obs.instrument().uninstrument()
        assert attributes() == originals
    notify()
    assert work() == 1 and obs.current() is None
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
def test_on_redis_it_is_the_same(rigged: Target, redis_server: RedisServer) -> None:
    rigged(f"""
    import logging
    logging.disable()
    for kind in (module.RedisHuey, module.RedisExpireHuey, module.PriorityRedisHuey, module.PriorityRedisExpireHuey):
        queue = kind(kind.__name__, url="{redis_server.url}", blocking=False)
        tries = []
        def notify(a):
            tries.append(a)
            if len(tries) == 1:
                raise OSError
        task = queue.task(name=kind.__name__, retries=1)(notify)
        task(1)
        task.schedule((2,), delay=0.3)
        assert work(queue) == 3
        time.sleep(0.4)
        due(queue)
        assert work(queue) == 1
        assert waits()["__main__." + kind.__name__][0] == 3
        found = {{outcome: n for (name, where, outcome), n in jobs().items() if where == kind.__name__}}
        assert found == {{"ok": 2, "retried": 1}}, found
    """)


TOLD = """
from obs.jobs.brokers import parse
from obs.jobs.sorts import sorts
def told():
    "What was announced, without the order."
    return sorted(parse(file.read_text()) for file in sorts().store.run_dir.glob("*.broker"))
"""


def test_the_first_send_and_a_consumer_tell_where_the_queue_is(rigged: Target, tmp_path: Path) -> None:
    program = f"""
    assert told() == []
    @huey.task()
    def notify(): pass
    notify(); notify()
    [broker] = told()
    assert broker[:4] == ("huey", "sqlite", "{tmp_path}/jobs.db", ("mail",)), broker
    other = SqliteHuey("other", filename="other.db")
    consumer = other.create_consumer(workers=0)
    consumer.start()
    consumer.stop(graceful=True)
    assert [broker.queues for broker in told()] == [("mail",), ("other",)]
    """
    rigged(TOLD + textwrap.dedent(program))


def test_a_queue_that_nobody_outside_can_read_is_not_told(rigged: Target) -> None:
    program = """
    for queue in (MemoryHuey("a"), SqliteHuey("b", filename="file:b.db", uri=True), module.BlackHoleHuey("c")):
        queue.task(name=queue.name)(print)()
    assert told() == []
    """
    rigged(TOLD + textwrap.dedent(program))


@pytest.mark.real
def test_a_queue_on_redis_is_told_with_its_key(rigged: Target, redis_server: RedisServer) -> None:
    program = f"""
    queue = module.PriorityRedisHuey("my mail", url="{redis_server.url}")
    @queue.task()
    def notify(): pass
    notify()
    [broker] = told()
    assert broker[:4] == ("huey", "redis", "{redis_server.url}", ("my mail",)), broker
    assert broker.extra == {{"key": "huey.redis.mymail"}}
    """
    rigged(TOLD + textwrap.dedent(program))
