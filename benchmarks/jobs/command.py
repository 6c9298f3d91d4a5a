"""What obs and its peers add to a job: in process, and on real workers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from benchmarks.harness import Budget, Result, Table
from benchmarks.jobs import in_process, workers

ABOUT = """\
A Celery task that does next to nothing, over Celery's in-memory broker: sent, fetched, worked on and acknowledged in \
one thread, by Celery's own parts. Each stack has a process of its own, and each round measures every stack in a new \
random order: some sends, then the work on them. "Own code" is what obs itself does for a delivery, alone in a loop."""

Found = tuple[tuple[Table, ...], tuple[Budget, ...]]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--part", choices=tuple(PARTS), help="only that part")
    parser.add_argument("--rounds", type=int, help="in process (default 60)")
    parser.add_argument("--jobs", type=int, help="per round in process (default 200)")


def run(options: Namespace) -> Result:
    """All parts, or the one asked for. Raises BenchmarkError if a stack can't be measured."""
    tables: list[Table] = []
    budgets: list[Budget] = []
    notes: list[str] = []
    for name, part in PARTS.items():
        if options.part not in (None, name):
            continue
        found = part(options)
        if isinstance(found, str):
            notes.append(found)
        else:
            tables.extend(found[0])
            budgets.extend(found[1])
    return Result("jobs", ABOUT, tuple(tables), tuple(budgets), tuple(notes))


def _in_process(options: Namespace) -> Found:
    rounds, jobs = (6, 100) if options.quick else (60, 200)
    measured = in_process.measure(rounds=options.rounds or rounds, jobs=options.jobs or jobs)
    return (in_process.table(measured),), in_process.budgets(measured)


PARTS: dict[str, Callable[[Namespace], Found | str]] = {"process": _in_process, "workers": workers.measure}
"""Each returns what it found, or why it found nothing."""
