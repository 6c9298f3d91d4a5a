"""A stack's own process: builds it, then answers ``python -m benchmarks.stacks.process NAME``'s parent.

Asked ``{"answers": true}`` it says what each route answers; asked ``{"requests": N}`` it makes N requests and says what
they cost: ``cpu_ns`` (of the whole process: its threads count), ``wall_ns``, and ``collections`` by generation.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import asdict
from time import perf_counter_ns, process_time_ns

from benchmarks.harness import serve
from benchmarks.harness.child import Message
from benchmarks.stacks import ours
from benchmarks.stacks.calls import REQUESTS, call, drive
from benchmarks.stacks.stack import Application, named


def answer(app: Application, asked: Message) -> Message:
    if "answers" in asked:
        return {"answers": [asdict(call(app, request)) for request in REQUESTS]}
    collected, wall, cpu = collections(), perf_counter_ns(), process_time_ns()
    drive(app, asked["requests"])
    cpu, wall = process_time_ns() - cpu, perf_counter_ns() - wall
    more = [now - before for now, before in zip(collections(), collected, strict=True)]
    ours.check()
    return {"cpu_ns": cpu, "wall_ns": wall, "collections": more}


def collections() -> list[int]:
    """Garbage collections since the process began, by generation."""
    return [generation["collections"] for generation in gc.get_stats()]


def main(name: str) -> None:
    app = named(name).build()
    serve(lambda asked: answer(app, asked))


if __name__ == "__main__":
    main(sys.argv[1])
