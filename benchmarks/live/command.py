"""What the live view of 64 processes of 2,000 series costs its host process, by how many look at it."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from contextlib import AbstractContextManager
from dataclasses import dataclass

from benchmarks.harness import Budget, Column, Result, Row, Table
from benchmarks.live.service import Service, running
from benchmarks.live.watcher import Page, Watcher, first_page, scraping, watching
from obs.host.live.watch import INTEREST

ABOUT = """\
Real processes under `obs run`, each with a loop of gevent, heartbeat, agent and metrics; what requests would count is \
counted without them, so that nearly each endpoint changes between two looks. *CPU* is the host process's own (all of \
it: metrics, watchdog, live view), from the kernel, as a part of one core. *Peak* is all memory that it ever had \
resident, the mapped files of the service's processes included. A window reads the stream as a browser does. *First \
page*: all files of the page, the state and the first numbers, from this machine. The peer is a Prometheus that \
scrapes the same host."""

MOST_CPU, MOST_MEMORY = 10.0, 200.0
"""Per cent of a core, and MB, with the view open: the issue's own limits."""

SCRAPE = 15.0
"""Seconds between two scrapes."""

COLUMNS = (
    Column("title", "who looks"),
    Column("cpu", "CPU, % of a core"),
    Column("looks", "looks a minute"),
    Column("kilobytes", "kB/s to each"),
    Column("peak", "peak, MB", 0),
    Column("pss", "now (PSS), MB", 0),
)

NOBODY, ONE, THREE = "nobody", "one window", "three windows"
PROMETHEUS, BOTH = f"a Prometheus, each {SCRAPE:.0f} s", "it and one window"


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds of settling, of measuring, and until the host no longer takes who has left for somebody who looks."""

    settle: float
    measure: float
    quiet: float


QUICK, FULL = Span(2.0, 6.0, 0.0), Span(15.0, 60.0, INTEREST)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--live-processes", type=int, default=64, metavar="N", help="of the service; default 64")
    parser.add_argument("--live-series", type=int, default=2000, metavar="N", help="of each process; default 2000")
    parser.add_argument("--endpoints", type=int, default=1700, metavar="N", help="of all of them; default 1700")


def run(options: Namespace) -> Result:
    """Raises BenchmarkError if the service doesn't start."""
    span = QUICK if options.quick else FULL
    with running(options.live_processes, options.live_series, options.endpoints) as service:
        rows, page = measured(service, span)
        processes, series = service.size()
    title = f"{processes} processes of {series:,.0f} series, {options.endpoints:,} endpoints"
    first: Row = {"title": "from this machine", "ms": page.seconds * 1000, "kilobytes": page.size / 1000}
    columns = (Column("title", "first page"), Column("ms", "ms", 0), Column("kilobytes", "kB", 0))
    return Result(
        "live", ABOUT, (Table(title, COLUMNS, rows), Table("A window opens", columns, (first,))), budgets(rows)
    )


def budgets(rows: tuple[Row, ...]) -> tuple[Budget, ...]:
    """What must hold while somebody looks."""
    return tuple(
        budget
        for row in rows
        if row["title"] in (ONE, THREE)
        for budget in (
            Budget(f"{row['title']}: CPU of the host", float(row["cpu"] or 0), MOST_CPU, "%"),
            Budget(f"{row['title']}: memory of the host at its peak", float(row["peak"] or 0), MOST_MEMORY, "MB"),
        )
    )


def measured(service: Service, span: Span) -> tuple[tuple[Row, ...], Page]:
    """One row for each that looks: from nobody to three, and then the peer. Memory only grows from one to the next."""
    nothing = row_of(service, NOBODY, watching(service.port, 0), span)
    page = first_page(service.port)
    watched = [row_of(service, title, watching(service.port, n), span) for title, n in ((ONE, 1), (THREE, 3))]
    time.sleep(span.quiet)
    beside = ((PROMETHEUS, 0), (BOTH, 1))
    scraped = [row_of(service, title, scraping(service.port, SCRAPE, n), span) for title, n in beside]
    return (nothing, *watched, *scraped), page


def row_of(service: Service, title: str, looking: AbstractContextManager[list[Watcher]], span: Span) -> Row:
    with looking as watchers:
        time.sleep(span.settle)
        began, cpu, size, looks = time.monotonic(), service.cpu, total(watchers), seen(watchers)
        time.sleep(span.measure)
        seconds, cpu = time.monotonic() - began, service.cpu - cpu
        size, looks = total(watchers) - size, seen(watchers) - looks
        number = len(watchers)
        return {
            "title": title,
            "cpu": 100 * cpu / seconds,
            "looks": 60 * looks / number / seconds if number else None,
            "kilobytes": size / number / seconds / 1000 if number else None,
            "peak": service.peak / 1e6,
            "pss": service.proportional / 1e6,
        }


def total(watchers: list[Watcher]) -> int:
    return sum(each.size for each in watchers)


def seen(watchers: list[Watcher]) -> int:
    return sum(each.looks for each in watchers)
