"""Watches loops of the kind in GEVENT_LOOP and prints what was seen, by scenario. ``patched``: monkey-patch first."""

import json
import sys

if "patched" in sys.argv:
    from gevent import monkey

    monkey.patch_all()

import os
from time import perf_counter, perf_counter_ns

import gevent
import gevent.event

from obs.native import original, start_thread
from obs.runtime import loop
from obs.runtime.accounting import Clock
from obs.runtime.loop import table

get_ident = original("_thread", "get_ident")
blocking_sleep = original("time", "sleep")


def burn(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


def begin():
    clock = Clock(get_ident(), gevent.get_hub(), perf_counter_ns())
    loop.watch(clock)
    return clock


def totals(clock):
    return table._ledgers[clock].watched.totals(perf_counter_ns())


def measured(clock, act):
    before, started = totals(clock), perf_counter()
    act()
    after, wall = totals(clock), perf_counter() - started
    busy, idle, turns = (b - a for a, b in zip(before, after, strict=True))
    return {"busy": busy / 1e9, "idle": idle / 1e9, "turns": turns, "wall": wall}


def delays():
    table.settle()
    histogram = table._counters().delays.histogram
    return [
        sum(histogram.cells[histogram.index : histogram.index + 1]),
        sum(histogram.cells[histogram.index : histogram.sum_index]),
        histogram.cells[histogram.sum_index],
    ]


def during(act):
    before = delays()
    act()
    gevent.sleep(0.02)
    at_once, all_probes, seconds = (b - a for a, b in zip(before, delays(), strict=True))
    return {"at_once": at_once, "probes": all_probes, "seconds": seconds}


def together(number, act, *args):
    gevent.joinall([gevent.spawn(act, *args) for _ in range(number)])


def times(clock):
    def many_callbacks():
        together(50, burn, 0.003)

    def many_short_waits():
        for _ in range(25):
            gevent.sleep(0.004)

    return {
        "idle": measured(clock, lambda: gevent.sleep(0.15)),
        "busy": measured(clock, many_callbacks),
        "mixed": measured(clock, lambda: (many_callbacks(), gevent.sleep(0.1))),
        "short": measured(clock, many_short_waits),
    }


def stretches(clock):
    clock.segments.append((1, "(loop)"))
    before = clock.stretch
    together(60, burn, 0.001)
    kept = (len(clock.segments), clock.stretch == before)
    gevent.sleep(0.01)
    return {"while busy": kept, "after a sleep": (len(clock.segments), clock.stretch == clock.polled > before)}


def lateness(clock):
    return {
        "asleep": during(lambda: gevent.sleep(0.2)),
        "one block": during(lambda: blocking_sleep(0.3)),
        "slices": during(lambda: together(30, blocking_sleep, 0.01)),
        "a nap after work": during(lambda: (burn(0.015), gevent.sleep(0.1))),
    }


def threads(main):
    """A hub in another thread: watched, then unwatched from this one, or left behind when its thread ends."""
    seen, done = {}, gevent.event.Event()
    tell = gevent.get_hub().loop.async_()
    tell.start(done.set)
    go_on = original("_thread", "allocate_lock")()
    go_on.acquire()

    def run():
        clock = begin()
        seen["clock"] = clock
        gevent.sleep(0.001)
        seen["busy"] = measured(clock, lambda: together(50, burn, 0.001))
        tell.send()
        while not seen.get("unwatched"):
            gevent.sleep(0.001)
        gevent.sleep(0.01)
        seen["polled"] = [clock.polled]
        gevent.sleep(0.01)
        seen["polled"].append(clock.polled)
        loop.watch(clock)
        go_on.release()

    start_thread(run)
    done.wait()
    tell.close()
    watched = len(table.watched())
    loop.unwatch(seen["clock"])
    seen["unwatched"] = True
    while not go_on.acquire(blocking=False):
        gevent.sleep(0.001)
    deadline = perf_counter() + 10
    while len(table.watched()) > 1 and perf_counter() < deadline:
        gevent.sleep(0.005)
    polled = seen["polled"]
    return {
        "busy": seen["busy"],
        "watched": watched,
        "still turning": polled[0] != polled[1],
        "left": [clock is main for clock in table._ledgers],
    }


def fork(clock):
    burn(0.05)
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        at_once = totals(clock)
        result = {"at once": at_once.busy / 1e9, "later": measured(clock, lambda: (gevent.sleep(0.1), burn(0.1)))}
        os.write(theirs, json.dumps(result).encode())
        os._exit(0)
    result = json.loads(os.read(ours, 10_000))
    os.waitpid(pid, 0)
    return result


def undo(clock):
    watched = table._ledgers[clock].watched
    hub_loop, active = watched.loop, getattr(watched.hooks, "_watchers", None)
    shadowed = [name for name in ("_run_callbacks", "_loop__run_queued_callbacks") if name in vars_of(hub_loop)]
    loop.unwatch(clock)
    loop.unwatch(clock)
    polled = clock.polled
    gevent.sleep(0.01)
    return {
        "shadowed": shadowed,
        "shadowed after": [name for name in shadowed if name in vars_of(hub_loop)],
        "watchers": active is not None and any(getattr(watcher, "active", False) for watcher in active),
        "silent": clock.polled == polled,
        "left": len(table._ledgers),
    }


def vars_of(value):
    return getattr(value, "__dict__", {})


def start_up():
    """What runs before the loop does for the first time: imports, mostly."""
    clock = begin()
    burn(0.05)
    before = totals(clock)
    gevent.sleep(0.01)
    return {"before": before, "after": totals(clock), "late": delays()[2]}


def ends():
    """Whether a loop that has nothing to do but us ends."""
    return gevent.get_hub().join(timeout=5)


def again():
    """A hub is destroyed, with its loop or without, and the next one is watched."""
    ok = []
    for destroy_loop in (False, True):
        clock = begin()
        gevent.sleep(0.001)
        gevent.get_hub().destroy(destroy_loop=destroy_loop)
        clock = begin()
        ok.append({**measured(clock, lambda: gevent.sleep(0.05)), "watched": len(table.watched())})
        loop.unwatch(clock)
    return ok


def main():
    start = start_up()
    (clock,) = table._ledgers
    result = {
        "start": start,
        "kind": f"{type(gevent.get_hub().loop).__module__}",
        "times": times(clock),
        "stretch": stretches(clock),
    }
    result |= {"lateness": lateness(clock), "threads": threads(clock), "fork": fork(clock), "ends": ends()}
    result |= {"undo": undo(clock), "again": again()}
    print(json.dumps(result))


main()
