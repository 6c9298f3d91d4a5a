"""What a process pays for being looked at: the CPU of a fixed piece of work, in rounds of all watchers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from benchmarks.accounting.found import Found
from benchmarks.harness import BenchmarkError, Budget, Column, Row, Table, interleave, progress, ratios, spread
from benchmarks.reader.asked import Target, target
from obs.host.pyspy.program import program

PIECES, DEPTH = 40_000, 25
"""Half a second of CPU or so."""

NOBODY, READER, BLOCKING, NONBLOCKING = "nobody", "the reader", "py-spy", "py-spy --nonblocking"
RATES, THREADS = (100, 1000), (1, 20, 150)

Watcher = tuple[str, int]
WATCHERS: tuple[Watcher, ...] = (
    (NOBODY, 0),
    *((who, rate) for rate in RATES for who in (READER, NONBLOCKING, BLOCKING)),
)

COLUMNS = (
    Column("title", "watcher"),
    Column("hz", "looks/s", 0),
    Column("cpu", "CPU % more", 1),
    Column("cpu_low", "from", 1),
    Column("cpu_high", "to", 1),
    Column("wall", "time % more", 1),
)


def run(quick: bool) -> Found:
    tables, budgets = [], []
    for threads in THREADS:
        measured = measure(threads, 3 if quick else 15)
        rows = tuple(row(watcher, measured) for watcher in WATCHERS[1:])
        tables.append(Table(f"A process of {threads} thread{'s' * (threads > 1)}, one busy", COLUMNS, rows))
        found = spread(ratios(cpu(measured[READER, 100]), cpu(measured[NOBODY, 0]))).median
        budgets.append(Budget(f"CPU of {threads} threads read at 100 Hz, of unread", found, 1.02, "times"))
    return Found(tuple(tables), tuple(budgets), ())


Measured = dict[Watcher, list[dict[str, float]]]


def measure(threads: int, rounds: int) -> Measured:
    with target(threads) as busy:
        busy.ask(depth=DEPTH, pieces=100)

        def one(watcher: Watcher) -> dict[str, float]:
            with watching(watcher, busy):
                return busy.ask(depth=DEPTH, pieces=PIECES)

        return interleave(WATCHERS, rounds, one, track=progress)


@contextmanager
def watching(watcher: Watcher, busy: Target) -> Iterator[None]:
    who, rate = watcher
    if who == NOBODY:
        yield
        return
    command = [sys.executable, "-m", "benchmarks.reader.watching", str(busy.pid), str(rate)]
    if who != READER:
        options = ["--nonblocking"] if who == NONBLOCKING else []
        ends = ["--duration", "unlimited", "--format", "raw", "--output", "/dev/null"]
        command = [program() or "py-spy", "record", "--rate", str(rate), "--pid", str(busy.pid), *ends, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout
        if not process.stdout.readline():  # both say when they have begun
            raise BenchmarkError(f"{who} can't look at a process here")
        yield
    finally:
        process.terminate() if who == READER else process.send_signal(2)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        process.stdout and process.stdout.close()


def cpu(found: list[dict[str, float]]) -> list[float]:
    return [one["cpu"] for one in found]


def row(watcher: Watcher, measured: Measured) -> Row:
    alone = measured[NOBODY, 0]
    more = spread(100 * (ratio - 1) for ratio in ratios(cpu(measured[watcher]), cpu(alone)))
    times = ([one["ended"] - one["began"] for one in found] for found in (measured[watcher], alone))
    wall = spread(100 * (ratio - 1) for ratio in ratios(*times)).median
    return {
        "title": watcher[0],
        "hz": watcher[1],
        "cpu": more.median,
        "cpu_low": more.low,
        "cpu_high": more.high,
        "wall": wall,
    }
