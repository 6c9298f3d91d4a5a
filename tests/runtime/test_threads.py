"""Native threads and executors serve the Work they were started in. gevent patches nothing here."""

from __future__ import annotations

import asyncio
import gc
import threading
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, ContextVar

import pytest
from opentelemetry import context as otel

from obs import errors, patches
from obs.patches import Patch
from obs.runtime import context
from obs.work import current
from tests.runtime.seen import BARE, inside, otel_context, seen, serving

pytestmark = pytest.mark.usefixtures("carrying")


class Subclass(threading.Thread):
    """Overrides ``run`` without asking its base."""

    result = None

    def run(self):
        self.result = seen()


def by_thread(make=threading.Thread):
    results = []
    thread = make(target=lambda: results.append(seen()))
    thread.start()
    thread.join()
    return results[0]


def by_timer():
    return by_thread(lambda target: threading.Timer(0.001, target))


def by_subclass():
    thread = Subclass()
    thread.start()
    thread.join()
    return thread.result


def by_instance():
    results, thread = [], threading.Thread()
    thread.run = lambda: results.append(seen())
    thread.start()
    thread.join()
    return results[0]


def by_executor(submit=lambda executor: executor.submit(seen, 1, fn=2, start=3).result()):
    with ThreadPoolExecutor(1) as executor:
        return submit(executor)


STARTS = {
    "a thread": by_thread,
    "a timer": by_timer,
    "a subclass with its own run": by_subclass,
    "a run set on the instance": by_instance,
    "an executor": by_executor,
    "an executor's map": lambda: by_executor(lambda executor: next(executor.map(seen, [1]))),
    "a thread started by a thread": lambda: in_a_thread(by_thread),
    "asyncio's to_thread": lambda: asyncio.run(asyncio.to_thread(seen)),
}


def in_a_thread(call):
    results = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_the_work_follows_with_one_label(start):
    with serving("push.notify"):
        assert start() == inside("push.notify")


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_outside_a_work_nothing_is_done(start):
    assert start() == BARE


def test_opentelemetry_s_context_follows_too():
    mine = ContextVar("mine", default="unset")
    token = mine.set("set")
    with otel_context(key="value"), serving("GET /"):
        assert in_a_thread(lambda: (otel.get_value("key"), mine.get())) == ("value", "unset")
        assert by_executor(lambda e: e.submit(otel.get_value, "key").result()) == "value"
    mine.reset(token)


def test_a_worker_thread_serves_each_task_s_own_work_and_keeps_none():
    with ThreadPoolExecutor(1) as executor:
        with serving("one"):
            first = executor.submit(seen)  # starts the worker
        with serving("two"):
            second = executor.submit(seen)
        with otel_context(key="value"):
            third = executor.submit(otel.get_value, "key")
        fourth, fifth = executor.submit(seen), executor.submit(otel.get_value, "key")
        results = [f.result() for f in (first, second, third, fourth, fifth)]
    assert results == [inside("one"), inside("two"), "value", BARE, None]


def test_an_initializer_runs_bare_and_its_variables_stay():
    variable, of_initializer = ContextVar("mine", default="unset"), []

    def initializer():
        variable.set("set")
        of_initializer.append(seen())

    with serving("GET /"), ThreadPoolExecutor(1, initializer=initializer) as executor:
        assert executor.submit(variable.get).result() == "set"
    assert of_initializer == [BARE]


def test_a_task_may_leave_another_work_current_without_harm():
    with ThreadPoolExecutor(1) as executor:
        with serving("GET /"):
            executor.submit(current.set, None).result()
        assert executor.submit(seen).result() == BARE


def test_an_exception_of_a_task_shows_the_service_s_frames_only():
    def fails():
        raise ValueError("mine")

    def shown():
        with ThreadPoolExecutor(1) as executor:
            error = executor.submit(fails).exception()
        return [(f.filename, f.name) for f in traceback.extract_tb(error.__traceback__)]

    bare = shown()
    with serving("GET /"):
        assert shown() == bare


def test_an_exception_of_a_thread_shows_the_service_s_frames_only(monkeypatch):
    shown = []
    monkeypatch.setattr(
        threading, "excepthook", lambda args: shown.append([f.name for f in traceback.extract_tb(args.exc_traceback)])
    )

    def fails():
        raise ValueError("mine")

    in_bare = threading.Thread(target=fails)
    in_bare.start()
    in_bare.join()
    with serving("GET /"):
        in_work = threading.Thread(target=fails)
        in_work.start()
        in_work.join()
    assert shown[0] == shown[1]


def test_a_thread_that_can_not_start_is_left_as_it_was(monkeypatch):
    starter = "_start_joinable_thread" if hasattr(threading, "_start_joinable_thread") else "_start_new_thread"

    def refuse(*args, **kwargs):
        raise RuntimeError("can't start new thread")

    thread, before = threading.Thread(target=seen), dict(vars(threading.Thread))
    with monkeypatch.context() as patched, serving("GET /"):
        patched.setattr(threading, starter, refuse)
        with pytest.raises(RuntimeError, match="can't start"):
            thread.start()
    assert "_obs_carried" not in vars(thread)
    assert dict(vars(threading.Thread)) == before


def test_starting_twice_is_refused_as_before():
    thread = threading.Thread(target=seen)
    with serving("GET /"):
        thread.start()
        thread.join()
        with pytest.raises(RuntimeError, match="only be started once"):
            thread.start()
    assert "_obs_carried" not in vars(thread)


def test_a_fault_of_ours_is_contained_and_the_thread_runs(caplog):
    errors.faults.clear()
    with serving("GET /") as work:
        work.name = None  # no label can be made of that
        assert in_a_thread(lambda: 7) == 7
        assert by_executor(lambda executor: executor.submit(lambda: 7).result()) == 7
    assert errors.faults == {"runtime.label": 2}
    errors.faults.clear()


class InAContext(threading.Thread):
    """As Python 3.14 has it: the thread runs in its ``_context``, a new one if that is None when it starts."""

    _context = None

    def run(self):
        self.result = self._context.run(seen)


def test_a_thread_of_python_3_14_gets_a_context_and_keeps_one_that_the_service_chose():
    ours, theirs, chosen = InAContext(), InAContext(), Context()
    theirs._context = chosen
    with serving("GET /"):
        ours.start()
        theirs.start()
    ours.join()
    theirs.join()
    assert (ours.result, theirs.result) == (inside("GET /"), (None, ["GET /"]))
    assert theirs._context is chosen


def test_others_that_wrap_a_thread_s_run_go_on_working():
    """sentry-sdk patches ``Thread.start`` so, before or after us."""

    def wrapping(original):
        def start(self):
            run = getattr(self.run, "__func__", self.run)
            self.run = lambda *args: run(threading.current_thread(), *args)
            return original(self)

        return start

    theirs_outside = patches.apply([Patch(threading.Thread, "start", wrapping)])
    with serving("GET /"):
        assert by_subclass() == inside("GET /")
    context.uninstall()  # ours is under theirs, and passes through
    with serving("GET /"):
        assert by_subclass() == BARE
    context.install()
    with serving("GET /"):
        assert by_subclass() == inside("GET /")
    context.uninstall()
    patches.undo(theirs_outside)


def test_a_finished_thread_is_freed_at_once():
    gc.disable()
    try:
        with serving("GET /") as work:
            thread = Subclass()
            thread.start()
            thread.join()
            gone = weakref.ref(thread), weakref.ref(work)
        del thread, work
        assert [r() for r in gone] == [None, None]
    finally:
        gc.enable()


def test_threads_and_executors_keep_their_names():
    with serving("GET /"), ThreadPoolExecutor(1, thread_name_prefix="mine") as executor:
        assert executor.submit(lambda: threading.current_thread().name).result() == "mine_0"
        assert in_a_thread(lambda: threading.current_thread().name).endswith("(<lambda>)")
