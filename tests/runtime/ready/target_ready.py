"""Blocks its loop and wakes greenlets meanwhile, each in its way, and asks since when each was ready.

Arguments: ``patched`` or ``bare``; ``stamped``, ``late`` (after the hub was made) or ``off``. The loop: GEVENT_LOOP.
Prints JSON: by kind of wake-up, for each greenlet, how long it really was ready when it ran, what was found (ms), and
whether that was estimated.
"""

import contextlib
import functools
import gc
import json
import sys
from time import perf_counter_ns
from types import SimpleNamespace

PATCHED, STAMPS = sys.argv[1] == "patched", sys.argv[2]

if PATCHED:
    from gevent import monkey

    monkey.patch_all()

import gevent  # noqa: E402
import gevent.event  # noqa: E402
import gevent.lock  # noqa: E402
import gevent.queue  # noqa: E402
import gevent.select  # noqa: E402
import gevent.selectors  # noqa: E402
import gevent.socket  # noqa: E402
from greenlet import settrace  # noqa: E402

from obs import errors, native  # noqa: E402
from obs.runtime import ready  # noqa: E402
from obs.runtime.loop.hooks import attach  # noqa: E402

if STAMPS == "late":
    gevent.get_hub()
if STAMPS != "off":
    ready.stamps.install()

MS = 1_000_000
hub = gevent.get_hub()
pause = native.original("time", "sleep")
now = perf_counter_ns()
clock = SimpleNamespace(hub=hub, polling=now, polled=now, looked=now, stretch=now, segments=[], charges=None)
asked: dict[int, tuple[int, int, bool]] = {}
parked: dict[int, int] = {}


def before_poll():
    clock.polling = perf_counter_ns()


def after_poll():
    clock.looked, clock.polled = clock.polled, perf_counter_ns()


def tracer(_event, switch):
    now = perf_counter_ns()
    origin, target = switch
    parked[id(origin)] = now
    if origin is hub and target is not hub:
        frame = sys._getframe(0).f_back
        ns, estimated = ready.ready_ns(clock, target, frame, parked.get(id(target), 0), now)
        asked[id(target)] = (now, ns, estimated)


attach(hub.loop, before_poll, after_poll)


def told(truth: int) -> dict[str, object]:
    """What was asked when the current greenlet was last resumed, beside the truth."""
    now, ns, estimated = asked[id(gevent.getcurrent())]
    return {"true": (now - truth) / MS, "found": (now - ns) / MS, "estimated": estimated}


def spin(ms: float) -> None:
    until = perf_counter_ns() + ms * MS
    while perf_counter_ns() < until:
        pass


def block(*acts, ms: float = 150) -> None:
    """Hold the loop once everybody waits, without the GIL; ``(ms into it, act)`` are done in a native thread."""
    gevent.sleep(0.02)

    def run():
        done = 0.0
        for at, act in acts:
            pause((at - done) / 1e3)
            done = at
            act()

    native.start_thread(run)
    pause(ms / 1e3)


def read(make, receive, number=1):
    """Data comes in the middle of a block, to one socket after another."""
    results, readers, acts, opened = [], [], [], []

    def reader(receiver, sent):
        receive(receiver)
        results.append(told(sent[0]))

    def sender(raw, sent):
        sent.append(perf_counter_ns())
        raw.send(b"hello")

    for i in range(number):
        ends, sent = make(), []
        opened += ends
        readers.append(gevent.spawn(reader, ends[1], sent))
        acts.append((50 + 20 * i, functools.partial(sender, ends[0]._sock, sent)))
    block(*acts)
    gevent.joinall(readers)
    for one in opened:
        one.close()
    return results


def tcp():
    with gevent.socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client = gevent.socket.create_connection(server.getsockname())
        return client, server.accept()[0]


def udp():
    one, other = (gevent.socket.socket(type=gevent.socket.SOCK_DGRAM) for _ in range(2))
    other.bind(("127.0.0.1", 0))
    one.connect(other.getsockname())
    return one, other


def read_tcp():
    return read(tcp, lambda receiver: receiver.recv(10))


def read_into_several_tcp():
    return read(tcp, lambda receiver: receiver.recv_into(bytearray(10)), 3)


def read_file_of_tcp():
    return read(tcp, lambda receiver: receiver.makefile("rb").read(5))


def read_by_select():
    def receive(receiver):
        gevent.select.select([receiver.fileno()], [], [], 5)
        receiver.recv(10)

    return read(tcp, receive)


def read_by_poll():
    def receive(receiver):
        poll = gevent.select.poll()
        poll.register(receiver.fileno(), gevent.select.POLLIN)
        poll.poll(5000)
        receiver.recv(10)

    return read(tcp, receive)


def read_by_selector():
    """As psycopg 3 waits for the database."""

    def receive(receiver):
        with gevent.selectors.DefaultSelector() as selector:
            selector.register(receiver.fileno(), 1)
            selector.select(5)
        receiver.recv(10)

    return read(tcp, receive)


def select_unix():
    def receive(receiver):
        gevent.select.select([receiver.fileno()], [], [], 5)

    return read(gevent.socket.socketpair, receive)


def select_times_out():
    one, other = gevent.socket.socketpair()
    with one, other:
        return timed(lambda seconds: gevent.select.select([one.fileno()], [], [], seconds))


def read_unix():
    return read(gevent.socket.socketpair, lambda receiver: receiver.recv(10))


def read_udp():
    return read(udp, lambda receiver: receiver.recv(10))


def end_of_tcp():
    """The other side closes in the middle of a block: no data tells when."""
    results, sent = [], []
    client, receiver = tcp()

    def reader():
        receiver.recv(10)
        results.append(told(sent[0]))

    def close():
        sent.append(perf_counter_ns())
        client._sock.shutdown(gevent.socket.SHUT_WR)

    waiting = gevent.spawn(reader)
    gevent.sleep(0.05)
    block((50, close))
    waiting.join()
    client.close()
    receiver.close()
    return results


def timed(wait, ms: float = 60):
    """A timer is due in the middle of a block."""
    results = []

    def run():
        begun = perf_counter_ns()
        with contextlib.suppress(gevent.Timeout):
            wait(ms / 1e3)
        results.append(told(begun + int(ms * MS)))

    waiting = gevent.spawn(run)
    block()
    waiting.join()
    return results


def sleeps():
    return timed(gevent.sleep)


def event_times_out():
    return timed(lambda seconds: gevent.event.Event().wait(seconds))


def timeout_in_a_sleep():
    def wait(seconds):
        with gevent.Timeout(seconds):
            gevent.sleep(10)

    return timed(wait)


def spawned_later():
    results = []
    due = perf_counter_ns() + 60 * MS
    later = gevent.spawn_later(0.06, lambda: results.append(told(due)))
    block()
    later.join()
    return results


def set_off(wait, act, number=1):
    """Another greenlet acts in the middle of its own long segment."""
    results, at = [], []

    def run():
        wait()
        results.append(told(at[0]))

    waiting = [gevent.spawn(run) for _ in range(number)]
    gevent.sleep(0.02)
    spin(60)
    at.append(perf_counter_ns())
    act()
    spin(60)
    gevent.joinall(waiting)
    return results


def event_of_several():
    event = gevent.event.Event()
    return set_off(event.wait, event.set, 3)


def result():
    event = gevent.event.AsyncResult()
    return set_off(event.get, event.set)


def queue():
    items = gevent.queue.Queue()
    return set_off(items.get, lambda: items.put(1))


def lock():
    held = gevent.lock.Semaphore(0)
    return set_off(held.acquire, held.release)


def joined():
    """Who joins a greenlet is ready when that one has ended."""
    results, at = [], []
    event = gevent.event.Event()

    def other():
        event.wait()
        at.append(perf_counter_ns())

    ending = gevent.spawn(other)

    def run():
        ending.join()
        results.append(told(at[0]))

    waiting = gevent.spawn(run)
    gevent.sleep(0.02)
    event.set()
    spinner = gevent.spawn(spin, 60)  # in line behind the event, before the join
    gevent.joinall([waiting, spinner])
    return results


def killed_asleep():
    """Woken by a kill, long before its sleep is due."""
    results, at = [], []

    def run():
        try:
            gevent.sleep(10)
        except gevent.GreenletExit:
            results.append(told(at[0]))

    waiting = gevent.spawn(run)
    gevent.sleep(0.02)
    at.append(perf_counter_ns())
    waiting.kill(block=False)
    spin(60)
    waiting.join()
    return results


def spawned():
    results = []
    at = perf_counter_ns()
    child = gevent.spawn(lambda: results.append(told(at)))
    spin(60)
    child.join()
    return results


def yields():
    results = []

    def run():
        at = perf_counter_ns()
        gevent.sleep(0)
        results.append(told(at))

    children = [gevent.spawn(run), gevent.spawn(spin, 60)]
    gevent.joinall(children)
    return results


def waiters_behind_each_other():
    """The event wakes three from one callback; each burns, and the next was ready all the time."""
    results, at = [], []
    event = gevent.event.Event()

    def run():
        event.wait()
        results.append(told(at[0]))
        spin(40)

    waiting = [gevent.spawn(run) for _ in range(3)]
    gevent.sleep(0.02)
    at.append(perf_counter_ns())
    event.set()
    gevent.joinall(waiting)
    return results


def pool_result():
    results, at = [], []

    def task():
        pause(0.05)
        at.append(perf_counter_ns())

    def run():
        hub.threadpool.apply(task)
        results.append(told(at[0]))

    waiting = gevent.spawn(run)
    gevent.sleep(0)
    pause(0.15)
    waiting.join()
    return results


def event_of_a_thread():
    results = []
    event = gevent.event.AsyncResult()
    at: list[int] = []

    def run():
        event.get()
        results.append(told(at[0]))

    def act():
        at.append(perf_counter_ns())
        event.set(1)

    waiting = gevent.spawn(run)
    block((50, act))
    waiting.join()
    return results


def answered_at_once():
    """Nothing blocks: whoever sleeps or reads is ready when the poll returns."""
    results = []

    def run():
        due = perf_counter_ns() + 20 * MS
        gevent.sleep(0.02)
        results.append(told(due))

    gevent.spawn(run).join()
    return results


KINDS = [
    *(read_tcp, read_into_several_tcp, read_file_of_tcp, read_by_select, read_by_poll, read_by_selector),
    *(read_unix, read_udp, end_of_tcp, select_unix, select_times_out),
    *(sleeps, event_times_out, timeout_in_a_sleep, spawned_later),
    *(
        event_of_several,
        result,
        queue,
        lock,
        joined,
        killed_asleep,
        spawned,
        yields,
        waiters_behind_each_other,
    ),
    *(pool_result, event_of_a_thread, answered_at_once),
]

hub.threadpool.apply(int)  # its threads are started, not timed
settrace(tracer)
found = {}
for kind in KINDS:
    gevent.sleep(0.03)
    found[kind.__name__] = kind()
settrace(None)
stamped = hasattr(hub.loop, "obs_times")
ready.stamps.uninstall()
gc.collect()
print(json.dumps({"found": found, "stamped": stamped, "faults": errors.faults, "loop": type(hub.loop).__module__}))
