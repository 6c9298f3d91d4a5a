"""Runs functions of some microseconds each, forever, within so many frames; and threads that sleep."""

import sys
import threading
import time


def leaf(n):
    total = 0
    for each in range(n):
        total += each
    return total


def other(n):
    return sum(map(abs, range(n)))


def by_leaf():
    return leaf(400)


def by_other():
    return other(400)


def work():
    while True:
        by_leaf()
        by_other()


def deep(n):
    return deep(n - 1) if n else work()


def sleeps():
    time.sleep(1000)


for _ in range(int(sys.argv[2])):
    threading.Thread(target=sleeps, daemon=True).start()
print("ready", flush=True)
deep(int(sys.argv[1]))
