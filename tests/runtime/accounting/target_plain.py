"""A machine without gevent: works in plain threads. Prints what is counted, as JSON."""

import sys
import threading
import time

sys.modules["gevent"] = sys.modules["greenlet"] = None  # importing either fails from here on

from played import burn, clocks, counted, hold, say, work  # noqa: E402  # the module beside this program

from obs.runtime import accounting  # noqa: E402

accounting.install()


def single():
    with work("GET /") as short:
        burn(0.0002)
    hold(0.02)
    with work("GET /") as one:
        burn(0.03)
        hold(0.05)
    with work("outer") as outer:
        burn(0.01)
        with work("inner") as inner:
            burn(0.02)
            hold(0.02)
    return {
        "short": clocks(short),
        "one": clocks(one),
        "outer": clocks(outer),
        "inner": clocks(inner),
        "counted": counted(),
    }


def many():
    """Short works, of which each burns for a third of its time."""
    process, thread = time.process_time(), time.thread_time()
    for _ in range(400):
        with work("short"):
            burn(0.0002)
            hold(0.0004)
    burn(0.05)
    used = time.thread_time() - thread
    return {"counted": counted(), "thread": used, "process": time.process_time() - process}


def threads():
    """As gthread serves: a few threads, each with works of its own."""

    def serve():
        for _ in range(5):
            with work("GET /"):
                burn(0.01)
                hold(0.01)

    serving = [threading.Thread(target=serve) for _ in range(4)]
    for thread in serving:
        thread.start()
    for thread in serving:
        thread.join()
    return counted()


def long():
    """Open for longer than a second: it shows while it is open."""

    def now():
        return list(accounting.entry_for(one).used)

    with work("job") as one:
        for _ in range(10):
            burn(0.05)
            hold(0.15)
        with work("inner"):
            burn(0.05)
        for _ in range(8):
            burn(0.05)
            hold(0.15)
        before = now()
    return {"open": before, "clocks": clocks(one), "counted": counted()}


say(globals()[sys.argv[1]]())
