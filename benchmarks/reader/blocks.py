"""How soon after the start of a call in C that holds the GIL its stack is there."""

from __future__ import annotations

import time
from contextlib import closing

from benchmarks.accounting.found import Found
from benchmarks.harness import BenchmarkError, Budget, Column, Table, spread
from benchmarks.reader.asked import Target, target
from obs.profiling.reader import Reader

COLUMNS = (
    Column("blocks", "blocks", 0),
    Column("ms", "ms", 2),
    Column("low", "from", 2),
    Column("high", "to", 2),
    Column("worst", "at most", 2),
)

PAUSE = 0.001


def run(quick: bool) -> Found:
    with target() as blocked:
        blocked.ask(block=1)
        with closing(Reader(blocked.pid)) as reader:
            took = [once(blocked, reader) for _ in range(10 if quick else 100)]
    found = spread(took)
    row = {"blocks": len(took), "ms": found.median, "low": found.low, "high": found.high, "worst": max(took)}
    budget = Budget("from the start of a block to its stack", found.median, 5.0, "ms")
    return Found((Table("A look every millisecond, until it shows the block", COLUMNS, (row,)),), (budget,), ())


def once(blocked: Target, reader: Reader) -> float:
    """Milliseconds."""
    blocked.begin(block=1)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        seen = reader.look(idle=False)
        now = time.perf_counter_ns()
        if any(frame.function == "block" for each in seen.threads for frame in each.stack):
            return float(now - blocked.end()["began"]) / 1e6
        time.sleep(PAUSE)
    raise BenchmarkError("a block was never seen")
