"""A stack's own process: ``python -m benchmarks.jobs.process NAME`` sends and works on Celery tasks, as it is told.

Asked ``{"jobs": N}`` it sends N tasks over the in-memory broker, then works on each, and says what CPU of the process
that took: ``send_ns``, ``work_ns``, and ``own_ns`` of obs's own code for as many deliveries, where obs is on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time_ns
from typing import TYPE_CHECKING

from benchmarks.harness import BenchmarkError, serve
from benchmarks.harness.child import Message
from benchmarks.jobs.stacks import named
from benchmarks.stacks import ours

if TYPE_CHECKING:
    from benchmarks.jobs.celery import Worker


def answer(worker: Worker, asked: Message) -> Message:
    send_ns = _took(worker.send, asked["jobs"])
    work_ns = _took(worker.work, asked["jobs"])
    own_ns = _took(own(worker), asked["jobs"]) if "obs" in sys.modules else 0
    ours.check()
    return {"send_ns": send_ns, "work_ns": work_ns, "own_ns": own_ns}


def own(worker: Worker) -> Callable[[], None]:
    """What obs does for a delivery like the last, around a task that does nothing at all."""
    from obs.jobs.celery.message import message
    from obs.jobs.delivery import deliver, finish

    request = worker.last

    def deliver_one() -> None:
        if delivery := deliver(message("push.notify", request)):
            delivery.sort.label(_nothing)
            finish(delivery)

    return deliver_one


def _nothing() -> None: ...


def _took(do: Callable[[], None], times: int) -> int:
    before = process_time_ns()
    for _ in range(times):
        do()
    return process_time_ns() - before


def main(name: str) -> None:
    named(name).turn_on()
    from benchmarks.jobs.celery import Worker

    worker = Worker()
    worker.send()
    worker.work()
    if worker.done != 1:
        raise BenchmarkError("the task was not worked on")
    serve(lambda asked: answer(worker, asked))


if __name__ == "__main__":
    main(sys.argv[1])
