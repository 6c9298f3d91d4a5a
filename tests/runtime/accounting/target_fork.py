"""Forks inside a Work, in a process with several clocks. Prints what both sides count, as JSON."""

import json
import os

from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402
from greenlet import gettrace  # noqa: E402
from played import burn, clocks, counted, say, work  # noqa: E402  # the module beside this program

from obs.runtime import accounting, context  # noqa: E402

gevent.get_hub()
accounting.install()
context.install()
gevent.get_hub().threadpool.apply(lambda: gevent.sleep(0.001))  # a hub, and a clock, in another thread


def child(one):
    tracing = gettrace() is not None
    alone = len(accounting.clocks())
    burn(0.01)
    with work("inner") as inner:
        gevent.spawn(burn, 0.02).join()
        gevent.sleep(0.01)
    gevent.sleep(1.2)  # a tick: the loop's timer is there too
    entry = accounting.entry_for(inner)
    return {
        "tracing": tracing,
        "clocks": alone,
        "inner": clocks(inner),
        "metric": [counter.cells[counter.index] for counter in entry.counters],
        "counted": counted(),
    }


reading, writing = os.pipe()
with work("before"):
    burn(0.1)
with work("around") as around:
    burn(0.05)
    gevent.sleep(0.01)
    burn(0.05)
    pid = os.fork()
    if pid == 0:
        os.write(writing, json.dumps(child(around)).encode())
        os._exit(0)
    os.waitpid(pid, 0)
say({"child": json.loads(os.read(reading, 100_000)), "around": clocks(around), "counted": counted()})
