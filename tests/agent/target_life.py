"""The agent over the life of a process, patched or not: prints what became of it as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from contextlib import closing
from pathlib import Path

if sys.argv[1] == "patched":
    from gevent import monkey

    monkey.patch_all()
    time.sleep(0.001)  # there is a hub from now on

import _socket

from obs import errors, native
from obs.agent import install, start, uninstall, wire
from obs.metrics import active, forks
from obs.metrics.store import Identity
from obs.runtime import watch

RUN = Path(sys.argv[2])
DEADLINE = 10.0
sleep = native.original("time", "sleep")


class Settings:
    agent = True


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def sockets() -> int:
    return len(list(RUN.glob("*.agent")))


def until(found) -> bool:
    end = time.monotonic() + DEADLINE
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)  # the loop's, if there is one
    return True


def answers() -> int:
    """The pid of who answers on this process's socket. The socket is the system's, and so would block a loop."""
    with closing(_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)) as client:
        client.settimeout(DEADLINE)
        client.connect(str(active.store().path.with_suffix(".agent")))
        client.sendall(wire.pack({"v": 1, "op": "hello"}))
        inbox = wire.Inbox(1 << 20)
        while (message := inbox.take()) is None:
            inbox.feed(client.recv(1 << 16))
    return message["part"]["pid"]


def answered() -> bool:
    """Whether this process answers; not between the making of its socket and its listening."""
    try:
        return answers() == os.getpid()
    except ConnectionRefusedError:
        return False


def in_child(look) -> object:
    end, other = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(other, json.dumps(look()).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(other)
    read = native.original("os", "read")
    found = json.loads(read(end, 1000))
    os.waitpid(child, 0)
    os.close(end)
    return found


def _execute_child() -> object:
    """As subprocess calls the function that forks."""
    return in_child(lambda: (threads(), sockets()))


me = os.getpid()
found = {"before": (threads(), sockets())}
install(Settings())
start()
found["no file"] = (threads(), sockets())
active.store().attach(RUN, Identity("s"))
start()
start()
found["serving"] = (threads(), sockets())
found["answers"] = answers() == me
found["child"] = in_child(lambda: (answers() == os.getpid() != me, sockets()))
found["parent goes on"] = until(lambda: threads() == 2) and answers() == me
found["child of subprocess"] = _execute_child()
until(lambda: threads() == 2)
sleep(0.05)  # who has just asked is noticed to have gone
before = descriptors()
for _ in range(20):
    in_child(lambda: 1)
    time.sleep(0.002)  # the loop's next turn, in which the agent goes on; asking blocks it
    answers()
found["descriptors as before 20 forks"] = until(lambda: descriptors() <= before)
active.store().detach()
uninstall()
uninstall()
found["off"] = (until(lambda: threads() == 1), sockets() - 1)  # the child's, which ended by _exit
active.store().attach(RUN, Identity("s"))
install(Settings())
start()
found["swept, and on again"] = (sockets(), answers() == me)
uninstall()
until(lambda: threads() == 1)  # which the kernel counts a moment longer

sys.modules["gunicorn.arbiter"] = sys.modules[__name__]  # as in its arbiter
install(Settings())
start()
found["arbiter"] = (threads(), sockets())


def spawn_worker() -> object:
    def look() -> bool:
        start()
        return answers() == os.getpid()

    return in_child(look)


found["worker"] = spawn_worker()
del sys.modules["gunicorn.arbiter"]
start()

forks.expect_brief()  # a worker that forks for each job


def brief() -> tuple[object, object]:
    young = (threads(), sockets())
    watch.start(late=True)  # as its job does
    asleep = threads()
    return (*young, asleep), until(lambda: sockets() == 1) and until(answered)


found["one job's child"] = in_child(brief)
forks.expect_none()
found["who forks for each job"] = (threads(), sockets() - 1)
found["faults"] = errors.faults
print(json.dumps(found))
