"""Whose the profiler's samples are, what it costs the process it looks at, and whether it finds known hotspots."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from benchmarks.accounting.found import Found, together
from benchmarks.harness import Result
from benchmarks.profiler import labels, recall, slowdown

ABOUT = """\
*Labels*: five endpoints of one gunicorn worker with gevent, whose greenlets take turns; each view burns in a function \
of its own, so the stack of a sample says whose it is, and the label has to say the same. *Slowdown*: a saturated \
worker while somebody looks at it 100 times a second, in rounds of all subjects in a new random order; `nobody` is the \
same server when nobody looks. ddtrace adapts its rate to its cost, and has its tracer on, since its endpoints come \
from spans. *Recall*: the programs of profiles/, each with one known hotspot, run and recorded now."""

PARTS: Mapping[str, Callable[[bool], Found]] = {
    "labels": labels.run,
    "slowdown": slowdown.run,
    "recall": recall.run,
}
"""Each takes whether to be quick."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--only", choices=tuple(PARTS), help="only that part of the profiler benchmark")


def run(options: Namespace) -> Result:
    """Raises BenchmarkError if a part can't be measured."""
    chosen = [part for name, part in PARTS.items() if options.only in (None, name)]
    found = together(part(options.quick) for part in chosen)
    return Result("profiler", ABOUT, found.tables, found.budgets, found.notes)
