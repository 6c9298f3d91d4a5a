"""A scrape of 32 processes of 2,000 histograms, against prometheus_client's multiprocess mode."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from benchmarks.harness import BenchmarkError, Budget, Column, Result, Row, Table, interleave, progress, ratios, spread
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION
from obs.metrics.exposition import Exposition, of_run
from obs.metrics.store import Identity, Store

ABOUT = """\
Living processes, each with the same histograms of 14 buckets and four labels, all of them observed. A scrape reads \
and merges every process and renders the result, in one process that has done so before, as obs's host does; the \
first is in a fresh interpreter, with all it has to import, and its bytes are read from a pipe. obs's lines bear \
three labels more: service, env and version. Rounds in random order; medians."""

TEXT, OPENMETRICS = "text", "OpenMetrics"
ACCEPT = {TEXT: "", OPENMETRICS: "application/openmetrics-text;version=1.0.0"}
LIMITS = {TEXT: 0.5, OPENMETRICS: 0.7}
"""Seconds: the budgets of DESIGN, part 7."""

COLUMNS = (
    Column("title", "scrape"),
    Column("ms", "ms", 0),
    Column("low_ms", "from", 0),
    Column("high_ms", "to", 0),
    Column("cpu_ms", "CPU ms", 0),
    Column("megabytes", "MB"),
    Column("ratio", "of theirs", 2),
)

OBS, FIRST, THEIRS = "obs", "obs, the first", "prometheus_client, multiprocess"
Subject = tuple[str, str]
SUBJECTS: tuple[Subject, ...] = tuple((who, how) for how in ACCEPT for who in (OBS, FIRST, THEIRS))


@dataclass(frozen=True, slots=True)
class Scrape:
    """One scrape: seconds of the clock and of this process's CPU, and bytes of the answer."""

    seconds: float
    cpu: float
    size: int


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--processes", type=int, default=32, metavar="N", help="default 32")
    parser.add_argument("--histograms", type=int, default=2000, metavar="N", help="in each process; default 2000")


def run(options: Namespace) -> Result:
    with _folder() as folder, _recorded(folder, options.processes, options.histograms):
        exposition, multiproc = of_run(folder / "obs"), folder / "theirs"

        def measure(subject: Subject) -> Scrape:
            who, how = subject
            return _measured(_scraper(who, ACCEPT[how], folder / "obs", exposition, multiproc))

        found = interleave(SUBJECTS, 2 if options.quick else 9, measure, track=progress)
    title = f"{options.processes} processes of {options.histograms} histograms"
    rows = tuple(_row(subject, found) for subject in SUBJECTS)
    return Result("scrape", ABOUT, (Table(title, COLUMNS, rows),), budgets(found))


def budgets(found: dict[Subject, list[Scrape]]) -> tuple[Budget, ...]:
    """A scrape's time in either format."""
    return tuple(
        Budget(f"a scrape in {how}", spread(each.seconds for each in found[OBS, how]).median, limit, "s")
        for how, limit in LIMITS.items()
    )


def _row(subject: Subject, found: dict[Subject, list[Scrape]]) -> Row:
    who, how = subject
    took = spread(each.seconds * 1000 for each in found[subject])
    ratio = spread(ratios([each.seconds for each in found[subject]], [each.seconds for each in found[THEIRS, how]]))
    return {
        "title": f"{who}, {how}",
        "ms": took.median,
        "low_ms": took.low,
        "high_ms": took.high,
        "cpu_ms": None if who == FIRST else spread(each.cpu * 1000 for each in found[subject]).median,
        "megabytes": found[subject][-1].size / 1e6,
        "ratio": None if who == THEIRS else ratio.median,
    }


def _scraper(who: str, accept: str, run_dir: Path, exposition: Exposition, multiproc: Path) -> Callable[[], bytes]:
    if who == OBS:
        return lambda: exposition.bake({"HTTP_ACCEPT": accept})[1]
    if who == FIRST:
        command = [sys.executable, "-m", "obs.metrics.exposition", str(run_dir), f"--accept={accept}"]
        return lambda: subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return lambda: _theirs(multiproc, accept)


def _theirs(folder: Path, accept: str) -> bytes:
    """As its documentation has it: a registry for each request."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # it has no annotations
    return generate_openmetrics(registry) if accept else generate_latest(registry)  # type: ignore[no-untyped-call]


def _measured(scrape: Callable[[], bytes]) -> Scrape:
    clock, cpu = time.perf_counter(), time.process_time()
    size = len(scrape())
    return Scrape(time.perf_counter() - clock, time.process_time() - cpu, size)


@contextmanager
def _folder() -> Iterator[Path]:
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="obs-benchmark-", dir=shm if shm.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _recorded(folder: Path, processes: int, histograms: int) -> Iterator[None]:
    """Both sides' processes, alive: each has observed each of its histograms."""
    (folder / "theirs").mkdir()
    writer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scrape", str(folder), str(processes), str(histograms)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder / "theirs")},
        start_new_session=True,
    )
    try:
        for _ in range(processes):
            if not (writer.stdout and writer.stdout.readline()):
                raise BenchmarkError(f"a recording process ended by itself, with {writer.wait()}")
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(writer.pid, signal.SIGKILL)
        writer.communicate()


def write(folder: Path, processes: int, histograms: int) -> None:
    """In a process of its own: fork ``processes`` that record in both ways, each say a line, and wait."""
    for _ in range(processes):
        if not os.fork():
            store = Store.open(folder / "obs", Identity("chat", "production", "2026.11.24-1"))
            _record(store, histograms)
            os.write(1, b"recorded\n")
            signal.pause()
    signal.pause()


def _record(store: Store, histograms: int) -> None:
    theirs = Histogram(
        "theirs_seconds", HTTP_SERVER_REQUEST_DURATION.help, HTTP_SERVER_REQUEST_DURATION.labels, registry=None
    )
    for i in range(histograms):
        labels = (f"/channels/<int:channel>/things/{i}", "GET", "200", "")
        for seconds in (0.003, 0.03, 0.3):
            store.histogram(HTTP_SERVER_REQUEST_DURATION, *labels).observe(seconds)
            theirs.labels(*labels).observe(seconds)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
