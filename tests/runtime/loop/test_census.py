"""Greenlets are counted as they come and go; who has ended and is kept by somebody is found bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from time import thread_time

import gevent
import gevent.event
import pytest

from obs.runtime.loop.census import SHARDS, SWEPT, Census


@pytest.fixture
def census() -> Iterator[Census]:
    found = Census()
    gevent.Greenlet.add_spawn_callback(found.spawned)
    yield found
    gevent.Greenlet.remove_spawn_callback(found.spawned)


def swept(census: Census) -> int:
    """How many are alive after every part has been swept once."""
    for _ in range(SHARDS // SWEPT):
        for errand in census.sweeps():
            errand()
    return census.alive


def test_a_greenlet_is_counted_from_its_start_to_its_end(census: Census) -> None:
    go = gevent.event.Event()
    gevent.spawn(go.wait)
    gevent.spawn_later(0.001, go.wait)
    gevent.sleep(0.01)
    assert census.alive == 2
    go.set()
    gevent.sleep(0)
    gevent.sleep(0)
    assert census.alive == 0


def test_one_that_has_ended_and_is_kept_is_struck_off_by_a_sweep(census: Census) -> None:
    kept = [gevent.spawn(int) for _ in range(100)]
    waiting = gevent.spawn(gevent.event.Event().wait)
    gevent.joinall(kept)
    assert census.alive == 101
    assert swept(census) == 1
    waiting.kill()


def test_one_that_is_killed_before_it_starts_is_gone(census: Census) -> None:
    child = gevent.spawn_later(100, int)
    child.kill()
    assert swept(census) == 0


def test_no_errand_of_a_sweep_over_10_000_parked_greenlets_lasts_a_millisecond(census: Census) -> None:
    """By CPU time, the best of three sweeps each: the machine is shared."""
    go = gevent.event.Event()
    children = [gevent.spawn(go.wait) for _ in range(10_000)]
    gevent.sleep(0)
    rounds = []
    for _ in range(3):
        times = []
        for _ in range(SHARDS // SWEPT):
            for errand in census.sweeps():
                started = thread_time()
                errand()
                times.append(thread_time() - started)
        rounds.append(times)
    longest = [min(times) for times in zip(*rounds, strict=True)]
    assert census.alive == 10_000
    assert max(longest) < 0.001
    go.set()
    gevent.joinall(children)


def test_a_fault_does_not_come_out_of_spawn(census: Census, caplog: pytest.LogCaptureFixture) -> None:
    census._entries = None  # type: ignore[assignment]  # what a bug might leave there
    gevent.spawn(int).join()
    assert "loop.census" in caplog.text
