"""Works that stand in line behind others, with everything of obs on; prints who was charged for whom, as JSON.

The argument names the scene, GEVENT_LOOP the loop. True delays are measured by the works themselves.
"""

import json
import sys
from time import perf_counter, perf_counter_ns

import obs

handle = obs.instrument()

from gevent import monkey  # noqa: E402

monkey.patch_all()

import gevent  # noqa: E402
import gevent.event  # noqa: E402
import gevent.socket  # noqa: E402

from obs import errors, native  # noqa: E402
from obs.metrics.active import store  # noqa: E402
from obs.runtime import accounting, interference  # noqa: E402

pause = native.original("time", "sleep")
true: dict[str, float] = {}


def spin(seconds):
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass


def counted(metric):
    handles = store()._handles.items()
    return {"|".join(key[1:]): h.cells[h.index] for key, h in handles if key[0] == metric}


def late(name, due):
    """This work was to run at ``due``."""
    true[name] = true.get(name, 0.0) + perf_counter() - due


def sleeper(name, seconds):
    with obs.work("job", name):
        due = perf_counter() + seconds
        gevent.sleep(seconds)
        late(name, due)


def block():
    """One work holds the loop for 300 ms, 50 ms before 20 others are to go on."""

    def export():
        with obs.work("job", "export"):
            gevent.sleep(0.02)
            pause(0.3)

    return [gevent.spawn(export), *[gevent.spawn(sleeper, "reader", 0.07) for _ in range(20)]]


def slices():
    """100 works of 3 ms each come at once; five others are to go on meanwhile."""

    def poll():
        with obs.work("job", "poll"):
            spin(0.003)

    def come():
        gevent.sleep(0.02)
        for _ in range(100):
            gevent.spawn(poll)

    return [gevent.spawn(come), *[gevent.spawn(sleeper, "reader", 0.05) for _ in range(5)]]


def two_culprits():
    """Two works burn, 50 and 150 ms, one right after the other, and both before the reader."""
    event = gevent.event.Event()

    def burner(name, seconds):
        with obs.work("job", name):
            event.wait()
            spin(seconds)

    def reader():
        with obs.work("job", "reader"):
            event.wait()
            late("reader", begun[0])

    def start():
        gevent.sleep(0.02)
        begun.append(perf_counter())
        event.set()

    begun = []
    burners = [gevent.spawn(burner, "small", 0.05), gevent.spawn(burner, "big", 0.15)]
    gevent.sleep(0.01)
    return [*burners, gevent.spawn(reader), gevent.spawn(start)]


def data():
    """Data comes 100 ms into a block of 300."""
    one, other = gevent.socket.socket(), gevent.socket.socket()
    one.bind(("127.0.0.1", 0))
    one.listen()
    other.connect(one.getsockname())
    accepted, _ = one.accept()
    sent = []

    def reader():
        with obs.work("job", "reader"):
            accepted.recv(10)
            late("reader", sent[0])

    def send():
        pause(0.1)
        sent.append(perf_counter())
        other._sock.send(b"hello")

    def export():
        with obs.work("job", "export"):
            gevent.sleep(0.02)
            native.start_thread(send)
            pause(0.3)

    opened.extend((one, other, accepted))
    return [gevent.spawn(reader), gevent.spawn(export)]


def siblings():
    """One work's two children burn 60 ms each, at once: nobody else is to blame, and nobody is charged."""

    def fan():
        with obs.work("job", "fan"):
            gevent.joinall([gevent.spawn(spin, 0.06) for _ in range(2)])

    return [gevent.spawn(fan)]


opened: list = []
SCENES = (block, slices, two_culprits, data, siblings)
gevent.sleep(0.05)
began = perf_counter_ns()
gevent.joinall(next(scene for scene in SCENES if scene.__name__ == sys.argv[1])(), raise_error=True)
gevent.sleep(0.05)
(clock,) = [clock for clock in accounting.clocks() if clock.hub is gevent.get_hub()]
hurt = interference.victims(began, perf_counter_ns(), clock)
accounting.uninstall()  # counts what it has
found = {
    "true": true,
    "charged": counted("obs_interference_seconds_total"),
    "estimated": counted("obs_delay_estimated_seconds_total").get("", 0.0),
    "delay": {key: v for key, v in counted("obs_work_seconds_total").items() if key.endswith("delay") and v},
    "victims": hurt,
}
handle.uninstrument()
for one in opened:
    one.close()
print(json.dumps({**found, "faults": errors.faults}))
