"""What is published once a second, and that turning it off leaves nothing."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from time import perf_counter_ns

import gevent
import gevent.event
import pytest
from gevent.threadpool import ThreadPool

from obs.metrics import active, catalog
from obs.metrics.metric import Metric
from obs.metrics.store import Store
from obs.native import original, start_thread
from obs.runtime import loop
from obs.runtime.accounting import Clock
from obs.runtime.loop import installation, table
from obs.runtime.loop.census import Census
from obs.runtime.loop.ledger import Counters, Ledger
from obs.runtime.loop.look import Look
from obs.runtime.loop.pools import Pools


@pytest.fixture
def clock() -> Iterator[Clock]:
    found = Clock(original("_thread", "get_ident")(), gevent.get_hub(), perf_counter_ns())
    loop.watch(found)
    gevent.sleep(0.001)  # a loop counts from its first poll on
    yield found
    loop.unwatch(found)


@pytest.fixture
def store() -> Store:
    return Store.private()


@pytest.fixture
def census() -> Iterator[Census]:
    found = Census()
    gevent.Greenlet.add_spawn_callback(found.spawned)
    yield found
    gevent.Greenlet.remove_spawn_callback(found.spawned)


@pytest.fixture
def look(store: Store, census: Census) -> Look:
    return Look(store, census, Pools(store.histogram(catalog.OBS_THREADPOOL_WAIT)))


def value(store: Store, metric: Metric, *labels: str) -> float:
    gauge = store.gauge(metric, *labels)
    return gauge.cells[gauge.index]


def states(store: Store) -> list[float]:
    return [value(store, catalog.OBS_GREENLETS, state) for state in ("running", "ready", "waiting")]


def test_greenlets_are_running_ready_or_waiting(look: Look, store: Store, clock: Clock) -> None:
    """Two are in line, three wait; this very loop is at work, as one of them could be."""
    go = gevent.event.Event()
    waiting = [gevent.spawn(go.wait) for _ in range(3)]
    gevent.sleep(0)
    ready = [gevent.spawn(int) for _ in range(2)]
    look()
    assert states(store) == [1, 2, 2]
    go.set()
    gevent.joinall([*waiting, *ready])


def test_a_callback_is_no_greenlet_beyond_those_alive(look: Look, store: Store, clock: Clock) -> None:
    for _ in range(10):
        gevent.get_hub().loop.run_callback(int)
    child = gevent.spawn(int)
    look()
    assert sum(states(store)) == 1
    child.join()


def test_nobody_to_count_is_zero(look: Look, store: Store, clock: Clock) -> None:
    look()
    assert states(store) == [0, 0, 0]


def test_the_hubs_pool_is_read_and_not_made(look: Look, store: Store, clock: Clock) -> None:
    hub = gevent.get_hub()
    hub.threadpool.kill()
    del hub.threadpool
    look()
    assert value(store, catalog.OBS_THREADPOOL_SIZE) == 0
    assert hub._threadpool is None
    hub.threadpool.spawn(int).get()
    look()
    assert value(store, catalog.OBS_THREADPOOL_SIZE) == 10
    assert value(store, catalog.OBS_THREADPOOL_THREADS) == 1
    assert value(store, catalog.OBS_THREADPOOL_QUEUE) == 0


def test_its_errands_are_done_one_a_turn_and_never_pile_up(look: Look, clock: Clock) -> None:
    watched = table.watched()[0]
    look()
    errands = len(watched.errands)
    look()
    assert len(watched.errands) == errands > 1
    gevent.sleep(0.001)
    assert len(watched.errands) == errands - 1
    while watched.errands:
        gevent.sleep(0.001)


def test_an_errand_that_fails_leaves_the_loop_alone(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    table.watched()[0].errands.append(lambda: 1 / 0)
    gevent.sleep(0.001)
    assert "loop.errand" in caplog.text


def test_what_is_counted_is_never_taken_back(clock: Clock, store: Store) -> None:
    """A reading from another thread may be short of a turn."""
    counters = Counters(store)
    ledger = Ledger(table.watched()[0], counters, int)
    now = perf_counter_ns()
    ledger.settle(now + 10**9)
    busy = counters.busy.cells[counters.busy.index]
    ledger.settle(now)
    assert counters.busy.cells[counters.busy.index] == busy >= 1.0


def test_a_loop_that_sleeps_long_is_counted_meanwhile(clock: Clock, store: Store) -> None:
    counters = Counters(store)
    ledger = Ledger(table.watched()[0], counters, int)
    clock.polling = perf_counter_ns()  # as the hook before the poll does
    ledger.settle(clock.polling + 60 * 10**9)
    idle, delays = counters.idle, counters.delays.histogram
    assert idle.cells[idle.index] == pytest.approx(60, rel=0.01)
    assert delays.cells[delays.index] == pytest.approx(6000, rel=0.01)


def test_the_clock_of_a_thread_that_has_ended_is_let_go_of(clock: Clock) -> None:
    """gevent keeps the hub of a thread that didn't destroy it, and its loop with all that is fixed to that."""
    ended, clocks = original("_thread", "allocate_lock")(), []
    ended.acquire()

    def run() -> None:
        try:
            own = Clock(original("_thread", "get_ident")(), gevent.get_hub(), perf_counter_ns())
            clocks.append(weakref.ref(own))
            loop.watch(own)
            gevent.sleep(0.001)
        finally:
            ended.release()

    start_thread(run)
    assert ended.acquire(timeout=10)
    deadline = perf_counter_ns() + 10 * 10**9
    while len(table.watched()) > 1 and perf_counter_ns() < deadline:
        pass
    gc.collect()
    assert clocks[0]() is None


def test_a_loop_of_no_known_kind_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    class Hub:
        loop = object()

    clock = Clock(1, Hub, perf_counter_ns())
    loop.watch(clock)
    assert "loop.watch" in caplog.text
    loop.unwatch(clock)


def test_turning_it_on_and_off_leaves_gevent_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    census, spawn = Census(), vars(ThreadPool)["spawn"]
    monkeypatch.setattr(installation, "Census", lambda: census)
    loop.install()
    loop.install()
    assert vars(ThreadPool)["spawn"] is not spawn
    counted = gevent.spawn(int)
    assert census.alive == 1
    loop.uninstall()
    loop.uninstall()
    uncounted = gevent.spawn(int)
    assert census.alive == 1
    assert vars(ThreadPool)["spawn"] is spawn
    assert installation._undo == []
    assert states(active.store()) == [0, 0, 0]
    gevent.joinall([counted, uncounted])
