"""A service of many processes that have much to count: ``python -m benchmarks.live.fleet PROCESSES SERIES ENDPOINTS``.

To be run under ``obs run``. Each process is a real one, with a loop of gevent, heartbeat, agent and store; what its
requests would have counted is counted without them: a part of its endpoints twice a second, so that nearly every
endpoint of the run changes from one look at it to the next.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable

import gevent
from gevent import monkey

monkey.patch_all()

import obs  # noqa: E402  after the patch
from obs.metrics import active, catalog  # noqa: E402
from obs.metrics.store import Store  # noqa: E402

EVERY = 0.5
"""Seconds between two bursts of counting."""

PART = 8
"""One in so many of a process's endpoints counts in a burst."""

OWN_SERIES = 9
"""Of one endpoint: a histogram, five clocks and waits, its owner, and what it loses to two others."""

CULPRITS = 8
"""Endpoints that others stand behind: a few hold the loops, as a rule."""

CLOCKS = {"cpu": 0.2, "held": 0.05, "delay": 0.15, "wait": 0.6}


def main(processes: int, series: int, endpoints: int) -> None:
    """Fork the processes, and be the last of them."""
    with obs.work("job", "start"):  # the first work turns everything on, as a framework would
        pass
    for number in range(processes - 1):
        if not os.fork():
            count_on(active.store(), number, max(series // OWN_SERIES, 1), endpoints)
    count_on(active.store(), processes - 1, max(series // OWN_SERIES, 1), endpoints)


def count_on(store: Store, number: int, own: int, endpoints: int) -> None:
    """One process, until it is told to end, or its parent is gone."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    dice, parent = random.Random(number), os.getppid()
    chosen = dice.sample(range(endpoints), min(own, endpoints))
    served = [endpoint(store, each, dice) for each in chosen]
    gevent.sleep(dice.uniform(0, EVERY))
    while os.getppid() == parent:
        for serve in dice.sample(served, max(len(served) // PART, 1)):
            serve()
        gevent.sleep(EVERY)


def endpoint(store: Store, number: int, dice: random.Random) -> Callable[[], None]:
    """What a request of one endpoint counts."""
    route = f"/api/v2/resources-of-kind-{number:04}/<int:id>"
    work, feature, mean = f"GET {route}", f"feature-{number % 60}", dice.uniform(0.003, 0.2)
    duration = store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, route, "GET", "200", "")
    clocks = [
        (store.counter(catalog.OBS_WORK_SECONDS, "request", work, feature, c), part) for c, part in CLOCKS.items()
    ]
    waits = store.counter(catalog.OBS_WAIT_SECONDS, work, dice.choice(("sql", "redis", "http")))
    store.gauge(catalog.OBS_WORK_INFO, "request", work, feature, f"team-{number % 24}").set(1.0)
    behind = [
        store.counter(catalog.OBS_INTERFERENCE, f"GET /api/v2/resources-of-kind-{each:04}/<int:id>", work)
        for each in dice.sample(range(CULPRITS), 2)
    ]

    def serve() -> None:
        seconds = dice.expovariate(1 / mean)
        duration.observe(seconds)
        for clock, part in clocks:
            clock.add(part * seconds)
        waits.add(CLOCKS["wait"] * seconds)
        dice.choice(behind).add(CLOCKS["delay"] * seconds)

    return serve


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
