"""A service of two jobs: one that holds the loop for 60 ms at a time, and one that suffers from it."""

from gevent import monkey

monkey.patch_all()

import time  # noqa: E402

import gevent  # noqa: E402

import obs  # noqa: E402


def hog():
    while True:
        with obs.work("job", "hog"):
            end = time.perf_counter() + 0.06
            while time.perf_counter() < end:
                pass
        gevent.sleep(0.1)


def nap():
    while True:
        with obs.work("job", "nap"):
            gevent.sleep(0.02)


gevent.joinall([gevent.spawn(hog), gevent.spawn(nap)])
