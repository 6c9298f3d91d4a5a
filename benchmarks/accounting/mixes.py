"""Five mixes of CPU: whatever uses it, and however it is cut, all of it has to be somebody's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from time import thread_time_ns

import gevent
import gevent.threadpool
from gevent import monkey

import obs
from benchmarks.accounting.stage import Stage, burn

Play = Callable[[Stage], None]


def tiny(stage: Stage) -> None:
    """Many tiny switches: 50 works at a time, each of 200 steps of some 20 µs."""

    def act() -> None:
        with obs.work("job", f"tiny.{stage.random.randrange(5)}"):
            for _ in range(200):
                sum(range(600))
                gevent.sleep(0)

    stage.play(act, many=50)


def long(stage: Stage) -> None:
    """Long CPU: 5 to 100 ms at a time."""

    def act() -> None:
        with obs.work("job", f"long.{stage.random.randrange(5)}"):
            burn(stage.between(5, 100))
            gevent.sleep(0.02)

    stage.play(act, many=4)


def threads(stage: Stage) -> None:
    """Threads: gevent's pool of native ones, one of the service's own with a hub, and greenlets beside them."""
    pool = gevent.threadpool.ThreadPool(2)

    def pooled() -> None:
        with obs.work("job", "threads.pooled"):
            pool.apply(burn, (stage.between(2, 20),))
            burn(0.002)

    def beside() -> None:
        with obs.work("job", "threads.beside"):
            burn(stage.between(1, 5))
            gevent.sleep(0.01)

    def elsewhere() -> None:
        before = thread_time_ns()
        for _ in range(int(stage.seconds * 20)):
            with obs.work("job", "threads.elsewhere"):
                burn(0.005)
                gevent.sleep(0.02)
        gevent.sleep(1.2)  # its clock is read while it lives
        stage.hubs_cpu += (thread_time_ns() - before) / 1e9

    other = native_thread(elsewhere)
    stage.play(pooled, beside, many=2)
    while not other.is_set():
        gevent.sleep(0.1)
    pool.kill()


def native_thread(run: Callable[[], None]) -> threading.Event:
    """``run()`` on a thread of the system, which has a hub of its own once it sleeps. Set when it has ended."""
    ended: threading.Event = monkey.get_original("threading", "Event")()

    def body() -> None:
        try:
            run()
        finally:
            gevent.get_hub().destroy(destroy_loop=True)
            ended.set()

    monkey.get_original("_thread", "start_new_thread")(body, ())
    return ended


def fan_out(stage: Stage) -> None:
    """Fan-out: works of 10 children each."""

    def child() -> None:
        gevent.sleep(stage.between(1, 20))
        burn(stage.between(0.1, 3))

    def act() -> None:
        with obs.work("job", "fan-out"):
            gevent.joinall([gevent.spawn(child) for _ in range(10)])

    stage.play(act, many=5)


def jobs(stage: Stage) -> None:
    """Jobs: short ones, one after the other, by eight workers, one job inside the other."""

    @obs.work("job", "jobs.parse")
    def parse() -> None:
        burn(stage.between(0.05, 1))

    @obs.work("job", "jobs.send")
    def send() -> None:
        burn(stage.between(0.05, 0.5))
        gevent.sleep(stage.between(1, 5))
        parse()

    def act() -> None:
        send()
        gevent.sleep(0)

    stage.play(act, many=8)


MIXES: Mapping[str, Play] = {"tiny": tiny, "long": long, "threads": threads, "fan-out-cpu": fan_out, "jobs": jobs}
