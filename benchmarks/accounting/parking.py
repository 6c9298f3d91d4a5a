"""A gevent process with thousands of works that wait, whose loop's lateness is measured: ``… parking bare|obs``.

Asked ``{"seconds": S, "parked": N}`` it says how late a greenlet was that sleeps 1 ms again and again, in ms.
"""

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402  what follows must be patched
import select
import sys
from collections.abc import Iterator
from statistics import quantiles
from time import perf_counter

import gevent
import gevent.event

import obs
from benchmarks.harness import BenchmarkError, serve
from benchmarks.harness.child import Message
from benchmarks.stacks import ours
from benchmarks.stacks.loop import lateness

_never = gevent.event.Event()
_parked: list[gevent.Greenlet] = []


def answer(request: Message) -> Message:
    while len(_parked) < request["parked"]:
        _parked.append(gevent.spawn(wait, len(_parked)))
    gevent.sleep(0.1)
    late = sorted(lateness(perf_counter() + request["seconds"]))
    ours.check()
    centiles = quantiles(late, n=100, method="inclusive")
    return {"p50_ms": centiles[49] * 1000, "p99_ms": centiles[98] * 1000, "max_ms": late[-1] * 1000}


def asked() -> Iterator[str]:
    """The lines of stdin, each waited for on the loop: blocked between the rounds, it would be no loop to measure."""
    while select.select([sys.stdin], [], []) and (line := sys.stdin.readline()):
        yield line


def wait(number: int) -> None:
    with obs.work("job", f"parked.{number % 50}"):
        _never.wait()


if __name__ == "__main__":
    if sys.argv[1] == "obs" and not obs.instrument().on:
        raise BenchmarkError("obs is off in this process")
    serve(answer, asked())
