"""Greenlets in every state, and threads: prints the rows that a native thread sees of them, as JSON."""

# ruff: noqa: E402  gevent patches first, and obs comes before gevent

from __future__ import annotations

import json
import sys
import time

if "patched" in sys.argv:
    from gevent import monkey

    monkey.patch_all()

import obs

handle = obs.instrument()

import gevent
import gevent.hub
import greenlet
from gevent.lock import Semaphore

from obs import errors, native
from obs.runtime import living, loop
from obs.runtime.living.who import unknown

lock = Semaphore(0)
done: list[object] = []


def rows(*, scan: bool = False):
    stacks, lent = living.Stacks(), living.Lent()
    slices = living.Slices(living.rows(stacks, lent, scan=scan), lent)
    found = []
    frames, numbered = [], []
    while not slices.over:
        found += slices.take()
        news = stacks.news()
        frames += news["frames"]
        numbered += news["stacks"]
    for row in found:
        for name in ("stack", "spawned_at"):
            if name in row:
                row[name] = [frames[number][0] for number in numbered[row[name]]]
    return found


def outside(call, *args):
    """On a native thread, while this one goes on with what ``hold`` says."""
    result = []
    native.start_thread(lambda: result.append(call(*args)))
    return result


def takes_lock():
    lock.acquire()


def yields():
    while not done:
        gevent.sleep(0)


def works_in_a_thread():
    native.original("time", "sleep")(5)


def beside_gevent():
    """A greenlet that nobody has seen start."""
    greenlet.greenlet(takes_lock, gevent.get_hub()).switch()


def sleeps():
    gevent.sleep(60)


def never_runs():
    raise AssertionError


def ends():
    return "result"


def holds_the_loop():
    """Looks while it holds the loop: who has given way stands in line."""
    result = outside(rows)
    until = time.monotonic() + 10
    while not result and time.monotonic() < until:
        sum(range(1000))
    done.extend(result)


def opener():
    with obs.work("job", "push.notify"):
        gevent.spawn(sleeps)
        takes_lock()


kept = [gevent.spawn(takes_lock), gevent.spawn(yields), gevent.spawn(sleeps), gevent.spawn(ends)]
kept[2].name = "the sleeper"
native.start_thread(works_in_a_thread)
kept.append(gevent.spawn(beside_gevent))
raw = gevent.spawn_raw(takes_lock)
working = gevent.spawn(opener)
gevent.sleep(0.05)
late = gevent.spawn_later(60, never_runs)
holder = gevent.spawn(holds_the_loop)
holder.join()


def looked() -> list[dict[str, object]]:
    early = outside(rows)
    while not early:
        gevent.sleep(0.05)
    return [row for row in early[0] if row.get("role")]


def asleep() -> list[dict[str, object]]:
    """A look at which the loop slept: while it is told of, it may wake up."""
    until, found = time.monotonic() + 10, looked()
    while not any(row.get("on") == "(idle)" for row in found) and time.monotonic() < until:
        found = looked()
    return found


found = {
    "rows": done[0],
    "idle": asleep(),
    "parked": sorted((p.name, p.work.name if p.work else "", p.on, p.since_ns > 0) for p in living.parked(100)),
    "two": len(list(living.parked(2))),
    "unknown": [type(who.greenlet).__name__ for who in unknown()],
    "faults": errors.faults,
}
handle.uninstrument()
found["after"] = len(list(loop.entries()))
print(json.dumps(found))
