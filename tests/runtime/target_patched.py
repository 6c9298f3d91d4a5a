"""A service whose standard library gevent has patched: what each start of concurrent work sees inside a Work.

The argument says what came first. Prints JSON: by kind of start, the current Work and the labels on the stack.
"""

import json
import sys

from obs.imports import PostImport
from obs.runtime import context


def patch() -> None:
    from gevent import monkey

    monkey.patch_all()


def hook() -> None:
    hooks = PostImport()
    hooks.when_imported("gevent", lambda _: context.install_gevent())
    hooks.install()


ORDERS = {
    "gevent first": (patch, context.install),
    "threads first": (context.install_threads, patch, context.install_gevent),
    "all before patching": (context.install_threads, context.install_gevent, patch),
    "by an import hook": (context.install_threads, hook, patch),
    "twice": (context.install, patch, context.install, context.install),
}
for act in ORDERS[sys.argv[1]]:
    act()

import _thread  # noqa: E402
import threading  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import gevent  # noqa: E402
import gevent.event  # noqa: E402
import gevent.pool  # noqa: E402
from gevent import monkey  # noqa: E402
from seen import seen, serving  # noqa: E402  # the module beside this program


def threaded(make=threading.Thread):
    result = gevent.event.AsyncResult()
    thread = make(target=lambda: result.set(seen()))
    thread.start()
    thread.join()
    return result.get(timeout=5)


def started(start):
    result = gevent.event.AsyncResult()
    start(lambda: result.set(seen()), ())
    return result.get(timeout=5)


def native():
    """A thread of the operating system that starts a greenlet in a hub of its own."""
    return gevent.get_hub().threadpool.apply(lambda: gevent.spawn(seen).get())


with serving("GET /") as work, ThreadPoolExecutor(2) as executor:
    found = {
        "spawn": gevent.spawn(seen).get(),
        "pool": gevent.pool.Pool(1).apply(seen),
        "thread": threaded(),
        "timer": threaded(lambda target: threading.Timer(0, target)),
        "thread in a thread": gevent.spawn(threaded).get(),
        "start_new_thread": started(_thread.start_new_thread),
        "executor": executor.submit(seen).result(),
        "executor's map": next(executor.map(seen, [1])),
        "threadpool": gevent.get_hub().threadpool.apply(seen),
        "greenlet in a native thread": native(),
    }
    with serving("other"):
        found["executor, other work"] = executor.submit(seen).result()

with ThreadPoolExecutor(1) as executor:
    with serving("GET /"):
        executor.submit(seen).result()  # starts the worker, a greenlet here
    bare = {
        "executor": executor.submit(seen).result(),
        "spawn": gevent.spawn(seen).get(),
        "thread": threaded(),
        "threadpool": gevent.get_hub().threadpool.apply(seen),
    }

assert monkey.is_module_patched("threading")
print(json.dumps({"inside": found, "outside": bare}))
