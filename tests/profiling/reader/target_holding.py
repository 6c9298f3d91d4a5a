"""A loop that is held by one greenlet, and left by another, in turn; beside it a thread that sleeps."""

import threading
import time

import gevent


def holds():
    time.sleep(0.03)  # gevent has patched nothing here


def leaves():
    gevent.sleep(0.01)


def turns():
    while True:
        holds()
        leaves()


def sleeps():
    time.sleep(1000)


threading.Thread(target=sleeps, daemon=True).start()
print("ready", flush=True)
gevent.spawn(turns).join()
