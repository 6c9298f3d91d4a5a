"""Blocks the loop in every way, one at a time and back to back, and prints how long each really was, as JSON."""

# ruff: noqa: E402  obs first, then the patch, then the rest: as a service does
from __future__ import annotations

import obs

handle = obs.instrument()

from gevent import monkey

monkey.patch_all()

import json
import re
import signal
import sqlite3
import sys
from functools import partial
from time import perf_counter

import gevent

from obs import errors
from obs.native import original

sleep = original("time", "sleep")
CONNECTION = sqlite3.connect(":memory:")
COUNT = "with recursive c(x) as (select 1 union all select x + 1 from c where x < ?) select sum(x) from c"


def burn(seconds: float) -> None:
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


def nap(seconds: float) -> None:
    sleep(seconds)


def query(seconds: float) -> None:
    CONNECTION.execute(COUNT, (int(seconds * 5_000_000),)).fetchall()


def match(seconds: float) -> None:
    """The time doubles with each letter: 21 of them take some 50 ms."""
    re.match(r"(a+)+$", "a" * max(round(21 + (seconds / 0.05) ** 0.5 - 1), 19) + "b")


WAYS = {"burn": burn, "sleep": nap, "query": query, "match": match}
SECONDS = (0.02, 0.03, 0.055, 0.08, 0.15, 0.4)
truth: list[tuple[str, float]] = []


def block(name: str, way, seconds: float) -> None:
    began = perf_counter()
    way(seconds)
    truth.append((name, perf_counter() - began))


def one(name: str, way, seconds: float) -> None:
    """Among other things that this work does."""
    with obs.work("job", name):
        gevent.sleep(0.002)
        block(name, way, seconds)
        gevent.sleep(0.002)


def at_once(name: str, way, seconds: float) -> None:
    """As soon as it runs, and to its end."""
    with obs.work("job", name):
        block(name, way, seconds)


def twice(name: str) -> None:
    """Two blocks with nothing in between but a turn of the loop."""
    with obs.work("job", name):
        for _ in range(2):
            block(name, nap, 0.06)
            gevent.sleep(0)


def victim() -> None:
    with obs.work("job", "victim"):
        gevent.sleep(0.02)


def culprit() -> None:
    with obs.work("job", "culprit"):
        gevent.sleep(0.005)
        block("culprit", nap, 0.2)


def slices() -> None:
    with obs.work("job", "slices"):
        for _ in range(100):
            block("slices", burn, 0.01)
            gevent.sleep(0)


def wait() -> None:
    with obs.work("job", "idle"):
        gevent.sleep(0.3)


for way, call in WAYS.items():
    for seconds in (*SECONDS, *((2.0,) if way in sys.argv else ())):
        gevent.spawn(one, f"{way} {seconds} alone", call, seconds).join()
children = [gevent.spawn(at_once, f"{way} {s} in a row", call, s) for way, call in WAYS.items() for s in SECONDS]
gevent.joinall(children)
gevent.spawn(twice, "twice").join()
gevent.spawn(slices).join()
gevent.joinall([gevent.spawn(call) for call in (*[victim] * 5, culprit)])
gevent.spawn(wait).join()
gevent.get_hub().loop.run_callback(partial(block, "(loop)", nap, 0.07))
gevent.sleep(0.01)
signal.signal(signal.SIGALRM, lambda *_: block("(loop)", nap, 0.09))
signal.setitimer(signal.ITIMER_REAL, 0.02)
gevent.sleep(0.2)

handle.uninstrument()
print(json.dumps({"truth": truth, "faults": errors.faults}))
CONNECTION.close()
