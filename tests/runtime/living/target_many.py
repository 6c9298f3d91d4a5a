"""10,000 greenlets parked 22 frames deep, looked at from a native thread while the loop is busy: how long that held."""

# ruff: noqa: E402  gevent patches first, and obs comes before gevent

from __future__ import annotations

import gc
import json
import random
import threading

from gevent import monkey

monkey.patch_all()

import obs

handle = obs.instrument()

import gevent
from gevent.lock import Semaphore

from obs import native
from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_HOLD
from obs.runtime import living

lock = Semaphore(0)


def deep(more: int) -> None:
    if more:
        deep(more - 1)
    else:
        threading.current_thread()  # as who logs does: threading then knows a thread for each greenlet
        lock.acquire()


for _ in range(10_000):
    gevent.spawn(deep, 20)
gevent.sleep(1)
gc.collect()
holds = active.store().histogram(OBS_SELF_HOLD)
before = list(holds.cells[holds.index : holds.sum_index])
sleep, result = native.original("time", "sleep"), []


def look() -> None:
    stacks, lent = living.Stacks(), living.Lent()
    slices = living.Slices(living.rows(stacks, lent), lent)
    number = rows = 0
    while not slices.over:
        rows += len(slices.take())
        number += 1
        sleep(living.GAP)
    result.append((rows, number, len(lent)))


native.start_thread(look)
turns = 0
while not result:
    gevent.sleep(random.random() / 1000)
    turns += 1
after = list(holds.cells[holds.index : holds.sum_index])
grown = [round(b - a) for a, b in zip(before, after, strict=True)]
print(
    json.dumps(
        {
            "rows": result[0][0],
            "slices": result[0][1],
            "kept": result[0][2],
            "turns": turns,
            "holds": sum(grown),
            "above a millisecond": sum(
                n for n, bound in zip(grown, [*holds.bounds, float("inf")], strict=True) if bound > 0.001
            ),
            "gc": gc.isenabled(),
        }
    )
)
