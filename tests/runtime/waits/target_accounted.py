"""Two jobs with obs turned on, whose waits are known by construction: prints what is counted of their waiting."""
# ruff: noqa: E402  gevent has to patch first

from gevent import monkey

monkey.patch_all()

import gevent
from gevent.event import Event
from parked import Silent, conclude

import obs
from obs.metrics import active
from obs.metrics.catalog import OBS_WAIT_SECONDS

ROUNDS = 60


def sleeper():
    """Sleeps twice as long as it waits for an event that nobody sets."""
    with obs.work("job", "sleeper") as work:
        for _ in range(ROUNDS):
            gevent.sleep(0.02)
            Event().wait(timeout=0.01)
    return work


def caller():
    """Waits for a server, in a greenlet of its own that it joins."""
    import urllib3

    server = Silent()
    pool = urllib3.PoolManager(timeout=0.03, retries=False)

    def call():
        for _ in range(ROUNDS // 2):
            try:
                pool.request("GET", f"http://127.0.0.1:{server.port}/")
            except urllib3.exceptions.HTTPError:
                continue

    with obs.work("job", "caller") as work:
        gevent.spawn(call).join()
    return work


def seconds(job, on):
    counter = active.store().counter(OBS_WAIT_SECONDS, job, on)
    return counter.cells[counter.index]


def main():
    assert obs.instrument().on
    exact = [job.get().wait for job in [gevent.spawn(sleeper), gevent.spawn(caller)]]
    names = {"sleeper": ("sleep", "event", "other"), "caller": ("http", "child", "other")}
    return {
        job: {on: seconds(job, on) for on in ons} | {"exact": wait}
        for (job, ons), wait in zip(names.items(), exact, strict=True)
    }


conclude(main)
