"""Turns stamps on and off around hubs, and prints as JSON what became of the loops. The argument says what to try."""

import gc
import json
import sys
import threading
import weakref

import gevent
import gevent.core
from gevent.hub import Hub

from obs import errors
from obs.runtime.ready import loops, stamps


def loop_of_a_thread():
    """The class of the loop that a hub gets which is made in a thread of its own."""
    found = []

    def run():
        hub = gevent.get_hub()
        gevent.sleep(0.001)
        found.append(type(hub.loop))
        hub.destroy(destroy_loop=True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def hub_class():
    """What the class of hubs holds, but for how many there were."""
    return {name: value for name, value in vars(Hub).items() if name != "_hub_counter"}


def undo():
    before = hub_class()
    plain = loop_of_a_thread()
    stamps.install()
    stamps.install()
    stamped = loop_of_a_thread()
    stamps.uninstall()
    stamps.uninstall()
    after = loop_of_a_thread()
    return {
        "stamped": stamped is not plain and issubclass(stamped, plain),
        "looks like it": (stamped.__name__, stamped.__module__, stamped.__qualname__)
        == (plain.__name__, plain.__module__, plain.__qualname__),
        "after": after is plain,
        "hub": hub_class() == before,
        "config": gevent.config.loop is plain,
    }


def chosen():
    """A class that the service chooses, after stamps were installed, is the one that is extended."""

    class Mine(gevent.config.loop):
        pass

    stamps.install()
    gevent.config.loop = Mine
    loop = type(gevent.get_hub().loop)
    return {"extends": loop.__mro__[1] is Mine, "stamped": loop in loops.classes, "config": gevent.config.loop is Mine}


def covered():
    """Somebody replaces ``Hub.loop_class`` over ours: theirs stays, and ours passes through under it."""
    stamps.install()
    ours = vars(Hub)["loop_class"]
    Hub.loop_class = theirs = property(lambda hub: ours.__get__(hub))
    stamps.uninstall()
    stays = vars(Hub)["loop_class"] is theirs
    return {"stays": stays, "stamped": type(gevent.get_hub().loop) in loops.classes}


def in_use():
    """A stamped loop whose stamps are taken back works on as its base does, and stamps again when they come again."""
    stamps.install()
    hub = gevent.get_hub()
    gevent.sleep(0.001)
    stamps.uninstall()
    count = len(hub.loop.obs_times)
    gevent.spawn(lambda: None).join()
    gevent.sleep(0.001)
    off = (len(hub.loop.obs_times) == count, type(hub.loop) in loops.classes, "run_callback" in vars(type(hub.loop)))
    stamps.install()
    gevent.spawn(lambda: None).join()
    return {"off": off, "on": len(hub.loop.obs_times) > count and type(hub.loop) in loops.classes}


def kept():
    """What a callback, a timer or a result held is let go when it has run or was stopped, and hubs with their loops."""

    class Thing:
        def act(self, *_args):
            return None

    stamps.install()
    hub = gevent.get_hub()
    things, refs = {name: Thing() for name in ("run", "stopped", "spawned", "timer", "late", "result")}, {}
    hub.loop.run_callback(things["run"].act, things["run"])
    hub.loop.run_callback(things["stopped"].act).stop()
    gevent.spawn(things["spawned"].act, things["spawned"])
    gevent.spawn_later(0.001, things["late"].act, things["late"])
    timer = hub.loop.timer(0.001)
    timer.start(things["timer"].act, things["timer"])
    hub.threadpool.apply(things["result"].act)
    gevent.sleep(0.02)
    timer.stop()
    timer.close()
    refs = {name: weakref.ref(thing) for name, thing in things.items()}
    things.clear()
    gc.collect()
    alive = [name for name, ref in refs.items() if ref() is not None]
    for _ in range(20_000):
        hub.loop.run_callback(things.clear)
        hub.loop.timer(1).close()
    gevent.sleep(0)
    return {"alive": alive, "bounded": [len(hub.loop.obs_times), len(hub.loop.obs_callbacks), len(hub.loop.obs_timers)]}


def long_line():
    """More callbacks in line than stamps are kept: those too far back have none, and the others their own."""
    stamps.install()
    loop = gevent.get_hub().loop
    found = []
    for _ in range(loops.CALLBACKS + 500):
        loop.run_callback(lambda: found.append(loops.enqueued_ns(loop)))
    while len(found) < loops.CALLBACKS + 500:
        gevent.sleep(0.001)
    stamps_kept = [stamp for stamp in found if stamp > 0]
    return {
        "unknown": found.count(-1) >= 400 and set(found[:400]) == {-1},
        "none": found.count(0),
        "rising": stamps_kept == sorted(stamps_kept) and len(stamps_kept) >= loops.CALLBACKS - 10,
    }


def from_threads():
    """Threads put callbacks in line at once: each finds a stamp of its own moment, within a scheduler's slice."""
    from time import perf_counter_ns

    stamps.install()
    loop = gevent.get_hub().loop
    off = []

    def note(at):
        stamp = loops.enqueued_ns(loop)
        off.append(abs(stamp - at[0]) / 1e6)

    def run():
        for _ in range(300):
            at = [0]
            at[0] = perf_counter_ns()
            loop.run_callback_threadsafe(note, at)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) or len(off) < 1200:
        gevent.sleep(0.005)
    off.sort()
    return {"all": len(off), "near": off[1000] < 20}


def pool_fails():
    """A task that raises, and a pool that is destroyed under its task: their results are forgotten too."""
    from obs.runtime.ready import pool

    stamps.install()

    def fail():
        raise ValueError

    hub = gevent.get_hub()
    hub.exception_stream = None
    try:
        hub.threadpool.apply(fail)
    except ValueError:
        return {"left": len(pool._done)}


TRIES = (undo, chosen, covered, in_use, kept, long_line, from_threads, pool_fails)
result = next(one for one in TRIES if one.__name__ == sys.argv[1])()
print(json.dumps({**result, "faults": errors.faults}))
