"""The process that is looked at: does a piece of work whenever it is asked to. It knows nothing of obs."""

from __future__ import annotations

import json
import re
import sys
import threading
import time


def leaf(n: int) -> int:
    total = 0
    for each in range(n):
        total += each
    return total


def work(pieces: int) -> None:
    for _ in range(pieces):
        leaf(300)


def deep(frames: int, pieces: int) -> None:
    if frames > 0:
        deep(frames - 1, pieces)
    else:
        work(pieces)


def block() -> None:
    """Holds the GIL in C for some tenths of a second."""
    re.match("(a+)+$", "a" * 23 + "b")


def sleeps() -> None:
    time.sleep(3600)


def park(number: int) -> None:
    import gevent
    from gevent.event import Event

    event, waiting = Event(), []

    def level(frames: int) -> None:
        if frames > 0:
            level(frames - 1)
        else:
            waiting.append(frames)
            event.wait()

    for each in range(number):
        gevent.spawn(level, 4 + each % 8)
    while len(waiting) < number:
        gevent.sleep(0.01)


def answer(asked: dict[str, int]) -> dict[str, float]:
    began, cpu = time.perf_counter_ns(), time.process_time()
    if "block" in asked:
        block()
    elif "park" in asked:
        park(asked["park"])
    else:
        deep(asked["depth"], asked["pieces"])
    return {"began": began, "ended": time.perf_counter_ns(), "cpu": time.process_time() - cpu}


def main() -> None:
    for _ in range(int(sys.argv[1])):
        threading.Thread(target=sleeps, daemon=True).start()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
