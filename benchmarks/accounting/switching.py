"""A tracer's own process: ``python -m benchmarks.accounting.switching NAME``.

Asked ``{"setting": S, "switches": N}`` it says how many ns of this thread's CPU each switch cost.
"""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time_ns

import gevent
import gevent.event
from greenlet import getcurrent, greenlet

from benchmarks.accounting.tracers import named
from benchmarks.harness import serve
from benchmarks.harness.child import Message
from benchmarks.stacks import ours
from obs.work import Work, current

PARKED = 5_000
"""Other greenlets, each waiting in a Work of its own."""


def raw(switches: int, one: Work | None, other: Work | None) -> float:
    """Two greenlets that hand over to each other, without a loop."""

    def answer() -> None:
        while True:
            first.switch()

    def ask() -> float:
        switch = second.switch
        switch()
        before = thread_time_ns()
        for _ in range(switches // 2):
            switch()
        return (thread_time_ns() - before) / switches

    first, second = greenlet(ask, getcurrent()), greenlet(answer)
    first.gr_context, second.gr_context = within(one), within(other)
    cost: float = first.switch()
    second.throw()
    return cost


def looped(switches: int, one: Work | None, other: Work | None) -> float:
    """Two greenlets in ``gevent.sleep(0)``: over the hub and its loop, two switches each time."""

    def nap() -> None:
        for _ in range(switches // 4):
            gevent.sleep(0)

    greenlets = [gevent.Greenlet(nap) for _ in range(2)]
    for each, work in zip(greenlets, (one, other), strict=True):
        each.gr_context = within(work)
    before = thread_time_ns()
    for each in greenlets:
        each.start()
    gevent.joinall(greenlets)
    return (thread_time_ns() - before) / switches


def parked(switches: int, one: Work | None, other: Work | None) -> float:
    with crowd(PARKED):
        return raw(switches, one, other)


@contextmanager
def crowd(size: int) -> Iterator[None]:
    """``size`` greenlets that wait, each in its own Work, while the block runs."""
    leave = gevent.event.Event()
    greenlets = [gevent.Greenlet(leave.wait) for _ in range(size)]
    for number, each in enumerate(greenlets):
        each.gr_context = within(Work("request", f"GET /parked/{number % 50}"))
        each.start()
    gevent.sleep(0)
    try:
        yield
    finally:
        leave.set()
        gevent.joinall(greenlets)


def within(work: Work | None) -> contextvars.Context:
    """A context in which ``work`` is current."""
    context = contextvars.Context()
    if work is not None:
        context.run(current.set, work)
    return context


Setting = Callable[[int], float]


def settings() -> dict[str, Setting]:
    """By name: how many switches to make, and what each cost."""
    one, other = Work("request", "GET /one"), Work("job", "other")
    return {
        "none": lambda switches: raw(switches, None, None),
        "within": lambda switches: raw(switches, one, one),
        "between": lambda switches: raw(switches, one, other),
        "parked": lambda switches: parked(switches, one, other),
        "loop": lambda switches: looped(switches, one, other),
    }


def main(name: str) -> None:
    gevent.sleep(0)  # the hub runs, so that there is something to watch
    named(name).install()
    known = settings()

    def answer(asked: Message) -> Message:
        cost = known[asked["setting"]](asked["switches"])
        ours.check()
        return {"ns": cost}

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1])
