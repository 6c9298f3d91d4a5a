"""A scene of works in greenlets, by name. Prints the clocks of its works, or what is counted, as JSON."""

import sys
import time
import weakref

from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402
import gevent.event  # noqa: E402
from played import begin, burn, clocks, counted, finish, hold, say, work  # noqa: E402  # the module beside this program

from obs.runtime import accounting, context  # noqa: E402
from obs.runtime.accounting import entries, tick  # noqa: E402
from obs.runtime.accounting.account import Used  # noqa: E402
from obs.runtime.accounting.entries import Entry  # noqa: E402
from obs.runtime.accounting.spending import spent  # noqa: E402
from obs.work import current  # noqa: E402

gevent.get_hub()
accounting.install()
context.install()
gevent.sleep(0)


def unswitched():
    with work("GET /") as short:
        burn(0.0002)
    with work("GET /") as long:
        burn(0.02)
    return clocks(short), clocks(long)


def sleeping():
    with work("sleeper") as one:
        gevent.sleep(0.05)
    return clocks(one)


def holding():
    with work("holder") as unswitched:
        hold(0.05)
    with work("holder") as switched:
        gevent.sleep(0.001)
        hold(0.05)
        gevent.sleep(0.001)
    return clocks(unswitched), clocks(switched)


def fan_out():
    """Ten children, each 50 ms asleep and then 10 ms of CPU."""

    def child():
        gevent.sleep(0.05)
        burn(0.01)

    with work("fan") as one:
        gevent.joinall([gevent.spawn(child) for _ in range(10)])
    return clocks(one)


def delayed():
    """One is to wake up after 20 ms; another burns from 10 to 110 ms."""
    found = {}

    def victim():
        with work("victim") as one:
            gevent.sleep(0.02)
        found["victim"] = clocks(one)

    def culprit():
        gevent.sleep(0.01)
        with work("culprit") as one:
            burn(0.1)
        found["culprit"] = clocks(one)

    gevent.joinall([gevent.spawn(victim), gevent.spawn(culprit)])
    return found


def nested():
    with work("outer") as outer:
        burn(0.02)
        with work("inner") as inner:
            burn(0.03)
            gevent.sleep(0.05)
        gevent.sleep(0.02)
        with work("inner"):
            burn(0.0002)
    return {"outer": clocks(outer), "inner": clocks(inner), "counted": counted()}


def children_after():
    def child():
        gevent.sleep(0.02)
        burn(0.03)

    with work("parent") as parent:
        left = gevent.spawn(child)
        gevent.sleep(0)
    left.join()
    return {"parent": clocks(parent), "counted": counted()}


def children_of_unswitched():
    """The Work is over before any switch; its child has yet to start."""
    with work("parent"):
        left = gevent.spawn(burn, 0.03)
    left.join()
    return counted()


def closed_elsewhere():
    """Opened in one greenlet, closed in another that has no Work."""
    opened = gevent.event.AsyncResult()

    def opener():
        opened.set(begin("GET /"))
        burn(0.02)
        gevent.sleep(0.03)

    def closer():
        one = opened.get()
        gevent.sleep(0.02)
        finish(one)
        return clocks(one)

    opening, closing = gevent.spawn(opener), gevent.spawn(closer)
    opening.join()
    return {"clocks": closing.get(), "counted": counted()}


def closed_in_thread():
    """Opened in a greenlet, closed by a native thread, which has no clock."""
    one = begin("GET /")
    burn(0.02)
    gevent.get_hub().threadpool.apply(finish, (one,))
    return {"clocks": clocks(one), "counted": counted()}


def streamed():
    """A body whose steps run in the server's context: the Work is made current for each."""
    one = begin("GET /stream")
    current.set(None)
    accounting.changed()
    for _ in range(3):
        token = current.set(one)
        accounting.changed()
        burn(0.01)
        current.reset(token)
        accounting.changed()
        burn(0.01)
        gevent.sleep(0.01)
    finish(one)
    return {"clocks": clocks(one), "counted": counted()}


def long():
    """Open for longer than a tick: what is counted while it is still open, and in the end."""

    def counted_now():
        return list(accounting.entry_for(one).used)

    with work("stream") as one:
        until = time.monotonic() + 2.2
        while time.monotonic() < until:
            burn(0.005)
            gevent.sleep(0.02)
        before = counted_now()
    return {"open": before, "closed": counted_now(), "clocks": clocks(one)}


def parked():
    """The same for one that only waits, as a WebSocket does."""
    with work("socket") as one:
        gevent.sleep(2.5)
        before = list(accounting.entry_for(one).used)
    return {"open": before, "closed": list(accounting.entry_for(one).used), "clocks": clocks(one)}


def abandoned():
    """Opened in greenlets that end without closing it; one is still held, and may be closed."""
    held = []

    def leaving(keep):
        one = begin("left")
        gone.append(weakref.ref(one))
        if keep:
            held.append(one)
        gevent.sleep(0.01)

    gone = []
    gevent.joinall([gevent.spawn(leaving, keep) for keep in (False, True)])
    with work("last"):
        gevent.sleep(2.5)
    return {"gone": [one() is None for one in gone], "open": len(accounting.clocks()[0].open)}


def all_time():
    """All CPU and all wall time are somebody's."""
    clock = accounting.clocks()[0]
    tick.finish(clock)
    tick.start(clock)
    before = {name: entry.used for (_, name, _), entry in entries.entries.items()}
    wall, cpu, process = clock.at, clock.cpu, time.process_time()
    threads = entries.entries["", "(threads)", ""] = Entry("", "(threads)", "")
    spent.restart()

    def busy():
        for _ in range(20):
            with work("job"):
                burn(0.002)
                gevent.sleep(0.001)
        burn(0.02)

    def thread():
        burn(0.1)

    pool = gevent.get_hub().threadpool
    tasks = [pool.spawn(thread) for _ in range(2)]
    gevent.joinall([gevent.spawn(busy) for _ in range(4)])
    gevent.wait(tasks)
    with work("fan"):
        gevent.joinall([gevent.spawn(burn, 0.01) for _ in range(5)])
    for _ in range(3000):
        gevent.sleep(0)
    gevent.sleep(0.2)
    found = counted()
    for name, used in before.items():
        found[name] = list(Used(*found[name]).minus(used)) if name != threads.name else found[name]
    found = {"counted": found, "process": time.process_time() - process}
    return {**found, "wall": clock.at - wall, "thread": clock.cpu - cpu}


def second_hub():
    """A hub in a thread of its own: works there have clocks, and those carried there are counted apart."""
    found = {}

    def there():
        with work("there") as one:
            gevent.sleep(0.02)
            burn(0.02)
            hold(0.02)
        found["there"] = clocks(one)

    def carried():
        gevent.spawn(burn, 0.02).join()

    with work("here") as one:
        gevent.get_hub().threadpool.apply(carried)
    found["here"] = clocks(one)
    gevent.get_hub().threadpool.apply(there)
    found["hubs"] = len(accounting.clocks())
    gevent.sleep(1.1)  # until that thread's own tick
    found["counted"] = counted()
    return found


def throwing():
    """A greenlet that is killed while it waits, and one that is killed before it starts."""
    with work("killer") as one:
        waiting, unstarted = gevent.spawn(gevent.sleep, 10), gevent.spawn(gevent.sleep, 10)
        gevent.sleep(0.01)
        waiting.kill()
        unstarted.kill()
        try:
            with gevent.Timeout(0.01):
                gevent.sleep(10)
        except gevent.Timeout:
            pass
    return clocks(one)


say(globals()[sys.argv[1]]())
