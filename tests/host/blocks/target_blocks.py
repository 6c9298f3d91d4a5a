"""A service whose blocks hold the GIL, for the watchdog outside: ``regex`` ends it, ``forever`` doesn't, ``thread``
holds it in another thread while the loop sleeps."""

# ruff: noqa: E402  the patch comes first, as in a service
from __future__ import annotations

import re
import sys
import time

from gevent import monkey

monkey.patch_all()

import gevent

import obs
from obs import native

sleep = native.original("time", "sleep")


def match(letters: int) -> None:
    re.match(r"(a+)+$", "a" * letters + "b")


def work(name: str, letters: int) -> None:
    with obs.work("job", name):
        gevent.sleep(0.05)
        gevent.spawn(match, letters).join()


def main(what: str) -> None:
    with obs.work("job", "start"):  # the first one opens the store
        gevent.sleep(2.0)  # the host has found us
    if what == "regex":
        gevent.spawn(work, "regex", 26).join()
    elif what == "forever":
        gevent.spawn(work, "forever", 60).join()
    elif what == "thread":
        native.start_thread(match, 26)
    elif what == "sleep":
        with obs.work("job", "stuck"):
            sleep(60)
    print("done", flush=True)
    while True:
        time.sleep(0.1)


main(sys.argv[1])
