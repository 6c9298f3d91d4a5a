"""Thread pools: what is waiting in them, and for how long each task did."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent.threadpool import ThreadPool, ThreadPoolExecutor

from obs import patches
from obs.metrics import catalog
from obs.metrics.store import Histogram, Store
from obs.patches import Patch
from obs.runtime.loop.installation import _spawning
from obs.runtime.loop.pools import Pools, Reading


@pytest.fixture
def waits() -> Histogram:
    return Store.private().histogram(catalog.OBS_THREADPOOL_WAIT)


@pytest.fixture
def pools(waits: Histogram) -> Iterator[Pools]:
    found = Pools(waits)
    original = vars(ThreadPool)["spawn"]
    applied = patches.apply([Patch(ThreadPool, "spawn", lambda function: _spawning(found, function))])
    yield found
    patches.undo(applied)
    assert vars(ThreadPool)["spawn"] is original


@pytest.fixture
def pool() -> Iterator[ThreadPool]:
    found = ThreadPool(2)
    yield found
    found.kill()


def counts(waits: Histogram) -> list[float]:
    return list(waits.cells[waits.index : waits.sum_index])


def test_each_task_is_timed_from_its_submission_to_its_start(pools: Pools, pool: ThreadPool, waits: Histogram) -> None:
    assert [pool.spawn(int, text).get() for text in ("1", "2")] == [1, 2]
    assert pool.apply(int, ("3",)) == 3
    assert sum(counts(waits)) == 3


def test_a_task_that_waits_for_a_free_thread_counts_its_wait(pools: Pools, waits: Histogram) -> None:
    """Two in a pool of one: the second is held up in ``spawn`` or in the queue until the first has ended."""
    pool = ThreadPool(1)
    let_go = threading.Event()
    first = pool.spawn(let_go.wait, 10)
    others = [gevent.spawn(lambda: pool.spawn(int).get()) for _ in range(3)]
    gevent.sleep(0.03)
    let_go.set()
    gevent.joinall([first, *others])
    late = sum(counts(waits)[3:])  # longer than 25 ms
    assert late == 3
    pool.kill()


def test_the_pools_of_a_service_and_of_the_hubs_are_added_up(pools: Pools, pool: ThreadPool) -> None:
    class Hub:
        _threadpool = pool

    let_go = threading.Event()
    tasks = [pool.spawn(let_go.wait, 10) for _ in range(3)]
    assert pools.read([]) == Reading(size=2, threads=2, queue=3)
    assert pools.read([Hub]) == Reading(size=2, threads=2, queue=3)  # the same pool counts once
    Hub._threadpool = None  # no pool has been needed there
    assert pools.read([Hub]).size == 2
    let_go.set()
    gevent.joinall(tasks)


def test_a_pool_without_threads_is_let_go_of(pools: Pools) -> None:
    pool = ThreadPool(1)
    pool.spawn(int).get()
    pools.forget()
    assert pools.read([]).threads == 1
    pool.kill()
    pools.forget()
    assert pools.read([]) == Reading(0, 0, 0)


def test_an_executor_goes_through_its_pool(pools: Pools, waits: Histogram) -> None:
    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(int, "7").result() == 7
    assert sum(counts(waits)) == 1


def test_a_task_that_fails_shows_nothing_of_ours(pools: Pools, pool: ThreadPool) -> None:
    def fails() -> None:
        raise ValueError("the task's own")

    with pytest.raises(ValueError, match="the task's own") as caught:
        pool.spawn(fails).get()
    assert "obs" not in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert not any("/obs/runtime/loop/pools" in frame.filename for frame in traceback.extract_tb(caught.tb))


def test_what_is_no_function_is_gevents_to_refuse(pools: Pools, pool: ThreadPool) -> None:
    with pytest.raises(TypeError):
        pool.spawn(None).get()


def test_a_fault_of_ours_lets_the_task_run(pool: ThreadPool, caplog: pytest.LogCaptureFixture) -> None:
    broken: Any = Pools(None)  # type: ignore[arg-type]  # what a bug might leave there
    assert pool.spawn(broken.submitting(pool, int), "5").get() == 5
    assert "loop.pools" in caplog.text
