"""Others who want greenlet's tracer slot too, by name of the scene. Prints what came of it, as JSON."""

import os
import signal
import sys
import time
import warnings

os.environ["GEVENT_MONITOR_PRINT_BLOCKING_REPORTS"] = "false"
from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402
import gevent.events  # noqa: E402
import gevent.hub  # noqa: E402
from greenlet import getcurrent, gettrace, greenlet, settrace  # noqa: E402
from played import burn, clocks, hold, say, work  # noqa: E402  # the module beside this program

from obs import errors  # noqa: E402
from obs.metrics import active, catalog  # noqa: E402
from obs.runtime import accounting  # noqa: E402

hub = gevent.get_hub()
gevent.sleep(0)


def switching():
    """A Work of 20 ms CPU, 10 ms of sleep and 10 switches."""
    with work("GET /") as one:
        burn(0.02)
        for _ in range(10):
            gevent.sleep(0.001)
    return clocks(one)


def lost():
    return (
        active.store()
        .counter(catalog.OBS_SELF_TRACER_LOST)
        .cells[active.store().counter(catalog.OBS_SELF_TRACER_LOST).index]
    )


class Other:
    """Somebody else's tracer; as greenlet's documentation asks, it calls the one before, unless it is rude."""

    def __init__(self, rude=False):
        self.calls = 0
        self.rude = rude
        self.previous = None

    def install(self):
        self.previous = settrace(self)

    def __call__(self, event, args):
        self.calls += 1
        if self.previous is not None and not self.rude:
            self.previous(event, args)


def before():
    other = Other()
    other.install()
    accounting.install()
    found = switching()
    seen = other.calls
    accounting.uninstall()
    return {"clocks": found, "calls": seen, "left": gettrace() is other}


def after():
    accounting.install()
    other = Other()
    other.install()
    gevent.sleep(1.2)  # a tick: they call us, so there is nothing to mend
    depth = accounting.clocks()[0].depth
    found = switching()
    accounting.uninstall()
    seen = other.calls
    gevent.sleep(0)
    return {
        "clocks": found,
        "calls": seen,
        "lost": lost(),
        "depth": depth,
        "left": gettrace() is other,
        "still": other.calls - seen,
    }


def between():
    """One before and one after: the one before is still called when we are gone from between them."""
    first, second = Other(), Other()
    first.install()
    accounting.install()
    second.install()
    switching()
    accounting.uninstall()
    seen = first.calls
    gevent.sleep(0)
    return {"left": gettrace() is second, "still": first.calls - seen}


def rude():
    accounting.install()
    other = Other(rude=True)
    other.install()
    gevent.sleep(1.2)
    found = switching()
    seen = other.calls
    accounting.uninstall()
    return {"clocks": found, "lost": lost(), "calls": seen, "left": gettrace() is other}


def raising():
    """A previous tracer that raises is removed, as it would be without us; we come back."""

    def tracer(event, args):
        raise RuntimeError("theirs")

    settrace(tracer)
    accounting.install()
    try:
        greenlet(lambda: None).switch()
        raised = False
    except RuntimeError:
        raised = True
    gone = gettrace() is None
    gevent.sleep(1.2)
    return {"raised": raised, "gone": gone, "clocks": switching(), "lost": lost()}


class AlarmError(Exception):
    """What the signal handler raises."""


def signalled():
    """A signal handler that raises while our tracer runs: the service gets its exception, and we come back."""
    accounting.install()
    rang = caught = 0

    def ring(*_args):
        nonlocal rang
        rang += 1
        raise AlarmError

    def bounce():
        parent = getcurrent().parent
        while True:
            parent.switch()

    signal.signal(signal.SIGALRM, ring)
    deadline = time.monotonic() + 30
    while gettrace() is not None and time.monotonic() < deadline:
        try:
            bouncer = greenlet(bounce)
            signal.setitimer(signal.ITIMER_REAL, 0.0003)
            while rang == caught:
                bouncer.switch()
        except AlarmError:
            caught += 1
    gone = gettrace() is None
    gevent.sleep(1.2)
    return {"gone": gone, "rang": rang, "caught": caught, "clocks": switching(), "lost": lost()}


def faulty():
    """A fault of our own stays inside, is told by the tick, and the tracer goes on."""
    accounting.install()
    clock = accounting.clocks()[0]
    trace = gettrace()
    clock.left = None
    with work("GET /"):
        gevent.sleep(0)
        clock.left = 0.01
    before = dict(errors.faults)
    import logging

    logging.disable()
    gevent.sleep(1.2)
    told = dict(errors.faults)
    errors.faults.clear()
    return {"before": before, "told": told, "same": gettrace() is trace, "clocks": switching()}


def monitored(first):
    """gevent's monitor tells of a loop that is blocked: it has seen no switch, so it must see those that there are."""
    blocked = []
    gevent.events.subscribers.append(lambda event: blocked.append(type(event).__name__))
    gevent.config.monitor_thread = True
    warnings.filterwarnings("ignore", "Unable to monitor memory usage")
    if first:
        hub.start_periodic_monitoring_thread()
    accounting.install()
    if not first:
        hub.start_periodic_monitoring_thread()
    gevent.sleep(1.2)
    found = switching()
    before = len(blocked)
    hold(0.8)
    gevent.sleep(0.01)
    after = len(blocked)
    accounting.uninstall()
    return {"clocks": found, "before": before, "after": after, "lost": lost()}


def monitor_before():
    return monitored(first=True)


def monitor_after():
    return monitored(first=False)


def no_trace():
    def state():
        return {
            "trace": gettrace() is None,
            "hub": sorted(map(str, vars(gevent.hub.Hub).items())),
            "active": hub.loop.activecnt,
            "clocks": len(accounting.clocks()),
        }

    found = [state()]
    for _ in range(2):
        accounting.install()
        accounting.install()
        switching()
        found.append(state())
        accounting.uninstall()
        accounting.uninstall()
        gevent.sleep(0)
        found.append(state())
    with work("GET /") as one:
        gevent.sleep(0.001)
    return {"states": found, "clocks": clocks(one)}


say(globals()[sys.argv[1]]())
