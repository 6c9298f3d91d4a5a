"""Greenlets, raw ones and gevent's thread pools serve the Work they were started in. Here gevent patches nothing."""

from __future__ import annotations

import gc
import traceback
import weakref
from contextvars import Context, ContextVar

import flask
import gevent
import gevent.event
import gevent.hub
import gevent.pool
import gevent.threadpool
import pytest
from opentelemetry import context as otel

from obs import errors
from obs.work import Work, current
from tests.runtime.seen import BARE, inside, labels, otel_context, seen, serving

pytestmark = pytest.mark.usefixtures("carrying")


class Subclass(gevent.Greenlet):
    def __init__(self, value=0):
        super().__init__()
        self.value_of_mine = value

    def _run(self):
        return seen()


def fails():
    raise ValueError("mine")


def raw(spawn, *args, **kwargs):
    """The result of a raw greenlet, which has none of its own."""
    result = gevent.event.AsyncResult()
    spawn(lambda *a, **k: result.set(seen(*a, **k)), *args, **kwargs)
    return result.get(timeout=5)


STARTS = {
    "spawn": lambda: gevent.spawn(seen).get(),
    "spawn with arguments": lambda: gevent.spawn(seen, 1, call=2, name=3).get(),
    "spawn_later": lambda: gevent.spawn_later(0.001, seen, 1, call=2).get(),
    "start": lambda: started(gevent.Greenlet(seen)),
    "start_later": lambda: started_later(gevent.Greenlet(seen)),
    "a subclass": lambda: Subclass.spawn().get(),
    "spawn_raw": lambda: raw(gevent.spawn_raw, 1),
    "spawn_raw of the hub module, with keywords": lambda: raw(gevent.hub.spawn_raw, 1, a=2, g=3),
    "Group": lambda: gevent.pool.Group().spawn(seen).get(),
    "Pool": lambda: gevent.pool.Pool(2).spawn(seen).get(),
    "Pool.apply": lambda: gevent.pool.Pool(2).apply(seen, (1,), {"call": 2}),
    "Pool.apply_async": lambda: gevent.pool.Pool(1).apply_async(seen).get(),
    "Pool.map": lambda: gevent.pool.Pool(2).map(seen, [1])[0],
    "Pool.imap": lambda: next(gevent.pool.Pool(2).imap(seen, [1])),
    "Pool.imap_unordered": lambda: next(gevent.pool.Pool(2).imap_unordered(seen, [1])),
    "the hub's threadpool": lambda: gevent.get_hub().threadpool.spawn(seen, 1, func_=2).get(),
    "ThreadPool.apply": lambda: gevent.get_hub().threadpool.apply(seen, (1,), {"call": 2}),
    "ThreadPool.map": lambda: gevent.get_hub().threadpool.map(seen, [1])[0],
    "ThreadPool.imap": lambda: next(gevent.get_hub().threadpool.imap(seen, [1])),
    "gevent's ThreadPoolExecutor": lambda: executed(),
}


def started(greenlet):
    greenlet.start()
    return greenlet.get()


def started_later(greenlet):
    greenlet.start_later(0.001)
    return greenlet.get()


def executed():
    executor = gevent.threadpool.ThreadPoolExecutor(1)
    try:
        return executor.submit(seen, 1).result()
    finally:
        executor.shutdown()


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_the_work_follows_with_one_label(start):
    with serving("GET /users/<int:id>"):
        assert start() == inside("GET /users/<int:id>")


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_outside_a_work_nothing_is_done(start):
    assert start() == BARE


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_opentelemetry_s_context_follows_too_also_without_a_work(start, monkeypatch):
    monkeypatch.setitem(globals(), "seen", lambda *a, **k: (otel.get_value("key"), labels()))
    monkeypatch.setattr(Subclass, "_run", lambda self: seen())
    with otel_context(key="value"):
        assert start() == ("value", [])
        with serving("GET /"):
            assert start() == ("value", ["GET /"])
    assert start() == (None, [])


def test_a_child_of_a_child_belongs_to_the_same_work():
    with serving("GET /"):
        assert gevent.spawn(lambda: gevent.spawn(lambda: gevent.spawn(seen).get()).get()).get() == inside("GET /")


def test_a_child_serves_the_innermost_work_and_keeps_it_when_that_is_over():
    with serving("outer"):
        with serving("inner"):
            of_inner = gevent.spawn(seen)
        of_outer = gevent.spawn(seen)
    of_none = gevent.spawn(seen)
    assert [g.get() for g in (of_inner, of_outer, of_none)] == [inside("inner"), inside("outer"), BARE]


def test_a_thousand_children_at_once_each_keep_their_work():
    def child(depth):
        gevent.sleep(0)
        first = seen()
        below = gevent.spawn(child, depth - 1).get() if depth else first
        gevent.sleep(0)
        return first == below == seen() and first

    def request(n):
        with serving(f"GET /{n}"):
            return [child.get() for child in [gevent.spawn(child, 2) for _ in range(10)]]

    requests = [gevent.spawn(request, n) for n in range(100)]
    assert [r.get() for r in requests] == [[inside(f"GET /{n}")] * 10 for n in range(100)]


def test_siblings_do_not_share_a_context():
    variable = ContextVar("mine", default="unset")

    def child(value):
        variable.set(value)
        gevent.sleep(0)
        current.set(None)
        gevent.sleep(0)
        return variable.get()

    with serving("GET /") as work:
        assert [g.get() for g in [gevent.spawn(child, n) for n in range(10)]] == list(range(10))
        assert (current.get(), variable.get()) == (work, "unset")


def test_the_framework_s_variables_stay_behind():
    app, mine = flask.Flask("app"), ContextVar("mine", default="unset")
    token = mine.set("set")
    with app.test_request_context("/"), serving("GET /"), otel_context(key=1):
        has = flask.has_request_context
        assert gevent.spawn(lambda: (has(), mine.get())).get() == (False, "unset")
        assert gevent.get_hub().threadpool.apply(lambda: (has(), mine.get())) == (False, "unset")
    mine.reset(token)


def test_a_context_that_the_service_chose_is_kept():
    mine, chosen = ContextVar("mine"), Context()
    chosen.run(mine.set, "chosen")
    with serving("GET /"):
        child = gevent.Greenlet(lambda: (mine.get(), seen()))
        child.gr_context = chosen
        child.start()
        assert child.get() == ("chosen", (None, ["GET /"]))


def test_a_context_chosen_after_the_spawn_is_kept():
    mine, chosen = ContextVar("mine"), Context()
    chosen.run(mine.set, "chosen")
    with serving("GET /"):
        child = gevent.spawn(mine.get)
        child.gr_context = chosen
        assert child.get() == "chosen"


@pytest.mark.parametrize("run", [fails, "a string".upper, Work("job", "x").ids, len, print, Subclass], ids=repr)
def test_reprs_of_greenlets_do_not_change(run):
    def shown():
        child = gevent.Greenlet(run, 1, k=2)
        child.start()
        text = repr(child).replace(hex(id(child)), "ID")
        child.kill()
        return text

    bare = shown()
    with serving("GET /"):
        assert shown() == bare


def test_the_repr_of_a_subclass_does_not_change():
    with serving("GET /"):
        child = Subclass.spawn()
        assert repr(child) == f"<Subclass at {hex(id(child))}: _run>"
        child.get()
        assert "_run" not in vars(child)


def test_what_runs_can_still_be_asked_about_itself():
    def documented():
        """Says so."""

    documented.mark = "marked"
    with serving("GET /"):
        run = gevent.spawn(documented)._run
        assert (run.__name__, run.__wrapped__, run.mark) == ("documented", documented, "marked")
        assert not hasattr(run, "__self__")


def test_results_links_and_an_async_result_work_as_before():
    result, links = gevent.event.AsyncResult(), []
    with serving("GET /"):
        child = gevent.spawn(int, "7", base=8)
        child.link(result)
        child.rawlink(links.append)
        child.link_value(links.append)
    assert (result.get(timeout=5), child.get(), child.value) == (7, 7, 7)
    gevent.sleep(0)
    assert links == [child, child]


@pytest.mark.parametrize(
    "run",
    [
        lambda: gevent.spawn(fails).get(),
        lambda: gevent.spawn_later(0, fails).get(),
        lambda: gevent.pool.Pool(1).apply(fails),
        lambda: gevent.get_hub().threadpool.apply(fails),
    ],
)
def test_an_exception_passes_with_the_service_s_frames_only(run, capsys):
    def shown():
        with pytest.raises(ValueError, match="mine") as caught:
            run()
        return [(f.filename, f.name) for f in traceback.extract_tb(caught.tb)], capsys.readouterr().err.count("File")

    bare = shown()
    with serving("GET /"):
        assert shown() == bare


def test_kill_before_and_after_the_start():
    ran = []
    with serving("GET /"):
        never, parked = gevent.spawn(ran.append, 1), gevent.spawn(gevent.sleep, 60)
        never.kill()
        gevent.sleep(0)
        parked.kill()
    assert ran == []
    assert never.dead
    assert parked.dead
    assert isinstance(parked.value, gevent.GreenletExit)


def test_killing_with_an_exception_reports_it():
    with serving("GET /"):
        child = gevent.spawn(gevent.sleep, 60)
        gevent.sleep(0)
        child.kill(KeyError("why"))
        assert isinstance(child.exception, KeyError)


def test_what_is_not_callable_is_refused_as_before():
    with serving("GET /"):
        with pytest.raises(TypeError, match="callable"):
            gevent.spawn("nothing")
        with pytest.raises(TypeError, match="callable"):
            gevent.spawn_raw("nothing")


def test_a_fault_of_ours_is_contained_and_the_child_runs(caplog):
    errors.faults.clear()
    with serving("GET /") as work:
        work.name = None  # no label can be made of that
        assert gevent.spawn(lambda: 7).get() == 7
        assert gevent.get_hub().threadpool.apply(lambda: 7) == 7
    assert errors.faults == {"runtime.label": 2}
    errors.faults.clear()


def test_a_greenlet_that_refuses_our_part_runs(caplog):
    class Refusing(gevent.Greenlet):
        def _run(self):
            return 7

        def __setattr__(self, name, value):
            if name == "_run":
                raise AttributeError(name)
            super().__setattr__(name, value)

    errors.faults.clear()
    with serving("GET /"):
        assert Refusing.spawn().get() == 7
    assert errors.faults == {"runtime.spawn": 1}
    errors.faults.clear()


def test_tasks_of_a_thread_pool_leave_nothing_in_its_threads():
    pool = gevent.threadpool.ThreadPool(1)
    with serving("one"):
        assert pool.apply(seen) == inside("one")
    with serving("two"):
        assert pool.apply(seen) == inside("two")
    assert pool.apply(seen) == BARE
    pool.kill()


def test_a_child_that_lives_on_keeps_the_work_and_nothing_of_the_request():
    class Request:
        pass

    holder, stop = ContextVar("request"), gevent.event.Event()

    def serve():
        request = Request()
        holder.set(request)
        with serving("GET /"):
            gevent.spawn(stop.wait)
            gevent.sleep(0)
        return weakref.ref(request)

    gone = gevent.spawn(serve).get()
    gevent.sleep(0)  # the hub lets the finished greenlet go at its next turn
    gc.collect()
    assert gone() is None
    stop.set()
    gevent.sleep(0)


def test_ten_thousand_spawns_leave_no_objects():
    def some(n):
        with serving("GET /"):
            for _ in range(n // 10):
                gevent.joinall([gevent.spawn(seen) for _ in range(8)] + [Subclass.spawn(), gevent.spawn(int, "1")])
            gevent.spawn(seen).kill()
            gevent.joinall([gevent.spawn_later(0, seen)])
        gc.collect()
        return len(gc.get_objects())

    some(100)
    before = some(100)
    assert some(10_000) - before < 20


def test_a_finished_work_is_freed_at_once():
    def serve():
        with serving("GET /") as work:
            gevent.joinall([gevent.spawn(seen) for _ in range(10)])
            gevent.get_hub().threadpool.apply(seen)
        return weakref.ref(work)

    gc.disable()
    try:
        gone = gevent.spawn(serve).get()
        gevent.sleep(0)
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("at_once", [1, 10, 100, 1000])
def test_spawning_brings_on_no_more_garbage_collections(at_once):
    from obs.runtime import context

    def collections():
        gc.collect()
        before = gc.get_stats()[0]["collections"]
        with serving("GET /"):
            for _ in range(20_000 // at_once):
                gevent.joinall([gevent.spawn(int) for _ in range(at_once)])
        return gc.get_stats()[0]["collections"] - before

    ours = collections()
    context.uninstall()
    assert ours <= collections() * 1.1 + 1
