"""A line for a block that people should hear of, so often and no more, said by the loop's own thread."""

from __future__ import annotations

import logging
from dataclasses import replace

import gevent
import pytest

from obs.runtime.blocks import logs
from obs.runtime.blocks.block import Block
from obs.runtime.blocks.logs import Limits, Log, line

BLOCK = Block(start=1.0, start_ns=10**9, duration=0.213, ended=True, work="GET /report", cpu=0.002)


class Time:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


def test_at_most_one_line_per_work_in_ten_seconds(time):
    limits = Limits(time)
    assert limits.allow("a")
    assert not limits.allow("a")
    assert limits.allow("b")
    time.now += logs.OF_ONE_WORK
    assert limits.allow("a")
    assert limits.suppressed == 1


def test_at_most_five_in_a_minute(time):
    limits = Limits(time)
    assert [limits.allow(str(n)) for n in range(7)] == [True] * 5 + [False] * 2
    time.now += 60.0
    assert limits.allow("7")
    assert limits.suppressed == 2


def test_what_is_remembered_is_bounded(time):
    limits = Limits(time)
    for n in range(3 * logs.MOST_WORKS):
        time.now += 60.0
        limits.allow(str(n))
    assert len(limits._of_work) <= logs.MOST_WORKS


def test_the_line_says_it_all():
    assert line(BLOCK, 0) == "loop blocked for 213 ms by GET /report, cpu 2 ms"
    more = {"call": "time.sleep", "at": "app.py:41 report", "gil_held": True, "trace_id": "ab"}
    block = replace(BLOCK, duration=1.8, victims_count=12, victims_seconds=1.7, **more)
    assert line(block, 3) == (
        "loop blocked for 1.80 s by GET /report in time.sleep at app.py:41 report, cpu 2 ms, GIL held, trace ab; "
        "12 waited 1.70 s (and 3 not logged)"
    )


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.WARNING, "obs.blocks")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "obs.blocks"]


def test_short_ones_are_not_said(said, time):
    log = Log(0.3, Limits(time))
    log.offer(BLOCK, gevent.get_hub())
    gevent.sleep(0.01)
    assert said() == []


def test_it_is_said_in_a_greenlet_of_the_loop_that_may_wait(said, time, caplog):
    """A handler's lock is gevent's, and a handler may send: neither goes in a native thread, nor in the hub."""
    where = []

    class Handler(logging.Handler):
        def emit(self, record):
            where.append(gevent.getcurrent())
            gevent.sleep(0)

    handler = Handler()
    logs.log.addHandler(handler)
    try:
        hub = gevent.get_hub()
        log = Log(0.1, Limits(time))
        gevent.get_hub().threadpool.apply(log.offer, (BLOCK, hub))
        log.offer(BLOCK, hub)
        gevent.sleep(0.01)
    finally:
        logs.log.removeHandler(handler)
    assert said() == ["loop blocked for 213 ms by GET /report, cpu 2 ms"]
    (greenlet,) = where
    assert type(greenlet) is gevent.Greenlet
    (record,) = caplog.records
    assert record.obs_block["duration"] == 0.213
    time.now += 10.0
    log.offer(BLOCK, hub)
    gevent.sleep(0.01)
    assert said()[1] == "loop blocked for 213 ms by GET /report, cpu 2 ms (and 1 not logged)"


def test_a_hub_that_is_destroyed_is_no_fault(said, time):
    class Destroyed:
        loop = None

    Log(0.1, Limits(time)).offer(BLOCK, Destroyed())
    assert said() == []
