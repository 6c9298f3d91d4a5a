"""A gevent process that serves a steady load and measures how late its loop is. Asked ``{"seconds": S, "rate": R}``."""

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402  what follows must be patched
import sys
from statistics import quantiles
from time import perf_counter

import gevent

from benchmarks.harness import serve
from benchmarks.harness.child import Message
from benchmarks.stacks import Application, bare, ours
from benchmarks.stacks.calls import drive

TICK = 0.001


def answer(app: Application, asked: Message) -> Message:
    """Lateness of a greenlet that sleeps :data:`TICK`, in ms."""
    until = perf_counter() + asked["seconds"]
    requests = gevent.spawn(load, app, asked["rate"], until)
    late = sorted(lateness(until))
    requests.get()
    ours.check()
    centiles = quantiles(late, n=100, method="inclusive")
    return {"p50_ms": centiles[49] * 1000, "p99_ms": centiles[98] * 1000, "max_ms": late[-1] * 1000}


def lateness(until: float) -> list[float]:
    """How many seconds too late each sleep ended, up to ``until``."""
    late = []
    while (start := perf_counter()) < until:
        gevent.sleep(TICK)
        late.append(perf_counter() - start - TICK)
    return late


def load(app: Application, rate: float, until: float) -> None:
    """Requests at ``rate`` a second, due at fixed times: a late one doesn't delay the next."""
    due = perf_counter()
    while due < until:
        gevent.sleep(max(0.0, due - perf_counter()))
        drive(app, 1)
        due += 1 / rate


if __name__ == "__main__":
    built = ours.build() if sys.argv[1] == "obs" else bare.build()
    serve(lambda asked: answer(built, asked))
