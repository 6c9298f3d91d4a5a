"""Forks inside a Work after installing, with gevent patched or not (the argument), and looks around in the child."""

import json
import os
import sys

if sys.argv[1] == "patched":
    from gevent import monkey

    monkey.patch_all()

import threading

import gevent
from seen import seen, serving

from obs.runtime import context

context.install()
context.install_gevent()


def threaded():
    results = []
    thread = threading.Thread(target=lambda: results.append(seen()))
    thread.start()
    thread.join()
    return results[0]


reading, writing = os.pipe()
with serving("GET /"):
    pid = os.fork()
    if pid == 0:
        found = [gevent.spawn(seen).get(), threaded(), gevent.get_hub().threadpool.apply(seen)]
        context.uninstall()
        found += [gevent.spawn(seen).get(), threaded()]
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    in_parent = [gevent.spawn(seen).get(), threaded()]
print(json.dumps({"child": json.loads(os.read(reading, 10_000)), "parent": in_parent}))
