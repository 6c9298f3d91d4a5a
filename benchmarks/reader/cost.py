"""The reader's own CPU for a look, by the depth of the stack; stacks that were torn or cut; 10,000 parked greenlets."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from benchmarks.accounting.found import Found
from benchmarks.harness import Budget, Column, Row, Table, spread
from benchmarks.reader.asked import Target, target
from obs.profiling.reader import Reader

DEPTHS = (5, 25, 60, 200)

COLUMNS = (
    Column("frames", "frames", 0),
    Column("us", "µs of CPU a look", 0),
    Column("low", "from", 0),
    Column("high", "to", 0),
    Column("looks", "looks", 0),
    Column("torn", "torn %", 2),
    Column("cut", "cut %", 2),
)

LIST = (
    Column("greenlets", "parked greenlets", 0),
    Column("seconds", "seconds", 2),
    Column("cpu", "CPU seconds", 2),
    Column("found", "found", 0),
    Column("target", "the target's CPU ms", 1),
)

FOREVER = 1 << 40


def run(quick: bool) -> Found:
    rows = tuple(by_depth(depth, 200 if quick else 3000) for depth in DEPTHS)
    listed = tuple(listing(number) for number in (1_000, 10_000))
    torn = sum(float(row["torn"] or 0) for row in rows) / len(rows)
    budgets = (
        Budget("looks that are torn", torn, 1.0, "%"),
        Budget("parked greenlets of 10,000 that are missed", 10_000 - float(listed[-1]["found"] or 0), 0.0, ""),
        Budget("10,000 parked greenlets are listed in", float(listed[-1]["seconds"] or 0), 2.0, "s"),
    )
    return Found((Table("A look at a busy thread", COLUMNS, rows), Table("All greenlets", LIST, listed)), budgets, ())


def by_depth(depth: int, looks: int) -> Row:
    with target() as busy:
        busy.ask(depth=0, pieces=1)
        with closing(Reader(busy.pid)) as reader:
            busy.begin(depth=depth, pieces=FOREVER)
            found = [look(reader) for _ in range(looks)]
    took = spread(cpu for cpu, *_ in found[10:])
    frames = max(count for _, _, _, count in found)
    torn, cut = (100 * sum(one[at] for one in found) / looks for at in (1, 2))
    return {
        "frames": frames,
        "us": took.median,
        "low": took.low,
        "high": took.high,
        "looks": looks,
        "torn": torn,
        "cut": cut,
    }


def look(reader: Reader) -> tuple[float, int, int, int]:
    """µs of CPU, torn, cut, frames; then a pause of 2 ms, as a sampler has."""
    began = time.thread_time_ns()
    seen = reader.look(idle=False)
    used = (time.thread_time_ns() - began) / 1000
    time.sleep(0.002)
    return used, seen.torn, sum(each.cut for each in seen.threads), max((len(t.stack) for t in seen.threads), default=0)


def listing(number: int) -> Row:
    with target() as parked:
        parked.ask(park=number)
        with closing(Reader(parked.pid)) as reader:
            before, cpu, began = ticks(parked), time.process_time(), time.perf_counter()
            found = sum(each.state == "waiting" and not each.role for each in reader.greenlets())
            took, used = time.perf_counter() - began, time.process_time() - cpu
            return {"greenlets": number, "seconds": took, "cpu": used, "found": found, "target": ticks(parked) - before}


def ticks(of: Target) -> float:
    """Milliseconds of CPU that the kernel has counted."""
    return int(Path(f"/proc/{of.pid}/schedstat").read_text().split()[0]) / 1e6
