"""The watching thread over the life of a process: prints what became of it as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

if sys.argv[1] == "patched":
    from gevent import monkey

    monkey.patch_all()
    time.sleep(0.001)  # there is a hub from now on

from obs import native
from obs.runtime import watch

sleep = native.original("time", "sleep")
DEADLINE = 10.0


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def until(found) -> bool:
    end = time.monotonic() + DEADLINE
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)  # the loop's, if there is one
    return True


def in_child(look) -> object:
    """What ``look()`` says in a forked child."""
    end, other = os.pipe()
    child = os.fork()
    if not child:
        os.write(other, json.dumps(look()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    found = json.loads(os.read(end, 1000))
    os.close(end)
    os.close(other)
    return found


def ticks_here() -> bool:
    ticked.clear()
    return until(lambda: ticked)


def _execute_child() -> object:
    """As subprocess calls the function that forks."""
    return in_child(lambda: (sleep(0.05), threads())[1])


ticked: list[int] = []
found = {"before": threads()}
undo = watch.every(0.01, lambda: ticked.append(1))
found["registered"] = threads()
watch.start()
watch.start()
found["ticks"] = ticks_here()
found["started"] = threads()
found["child ticks"] = in_child(ticks_here)
found["parent ticks after"] = ticks_here()
found["child of subprocess"] = _execute_child()
watch.stop()
watch.stop()
found["stopped"] = until(lambda: threads() == 1)
found["child of a stopped one"] = in_child(lambda: (sleep(0.05), threads())[1])
watch.start()
found["ticks again"] = ticks_here()
undo()
sys.modules["gunicorn.arbiter"] = sys.modules[__name__]  # as in its arbiter
watch.stop()
until(lambda: threads() == 1)
watch.start()
sleep(0.05)
found["arbiter"] = threads()


def spawn_worker() -> object:
    watch.every(0.01, lambda: ticked.append(1))
    return in_child(ticks_here)


found["worker ticks"] = spawn_worker()
found["arbiter after"] = threads()
from obs import errors  # noqa: E402

found["faults"] = errors.faults
print(json.dumps(found))
