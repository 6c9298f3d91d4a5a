"""Makes five orphans that end at once, and waits until the launcher has no zombie among its children."""

import os
import time
from pathlib import Path


def orphan():
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            while os.getppid() != LAUNCHER:  # not handed over yet
                time.sleep(0.001)
            os._exit(0)
        os._exit(0)
    os.waitpid(child, 0)


def children_of(pid):
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and int(stat.parent.name) != os.getpid():
            yield state, stat.parent.joinpath("cmdline").read_bytes()


def left():
    return [state for state, command in children_of(LAUNCHER) if b"obs.host" not in command]


LAUNCHER = os.getppid()
for _ in range(5):
    orphan()
print("orphans 5", flush=True)
end = time.monotonic() + 20
while left() and time.monotonic() < end:
    time.sleep(0.01)
print("zombies", len(left()), flush=True)
