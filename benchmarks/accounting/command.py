"""What accounting costs a greenlet switch, and how true its clocks are where the truth is known by construction."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from benchmarks.accounting import accuracy, attribution, parked, saturation, switches
from benchmarks.accounting.found import Found, together
from benchmarks.harness import Result

ABOUT = """\
Each subject has a process of its own. *Switches*: two greenlets hand over to each other, and each round measures \
every tracer in a new random order; what a tracer adds is compared with no tracer round by round, in CPU time of the \
thread. *Parked*: how late a greenlet wakes that sleeps 1 ms again and again. *Attribution*: the CPU that obs gives to \
works and to the entries that belong to none, against the clocks of the threads with a hub, and of the process. \
*Accuracy*: scenes whose works stamp each of their own steps; what they told of themselves is the truth, and the delay \
is judged on works delayed by 20 ms and more. *Saturation*: gunicorn with a gevent worker under keep-alive clients \
that ask again at once. wrk's percentiles would be corrected ones; these clients note what they waited."""

PARTS: Mapping[str, Callable[[bool], Found]] = {
    "switches": switches.run,
    "parked": parked.run,
    "attribution": attribution.run,
    "accuracy": accuracy.run,
    "saturation": saturation.run,
}
"""Each takes whether to be quick."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--only", choices=tuple(PARTS), help="only that part of the accounting benchmark")


def run(options: Namespace) -> Result:
    """Raises BenchmarkError if a part can't be measured."""
    chosen = [part for name, part in PARTS.items() if options.only in (None, name)]
    found = together(part(options.quick) for part in chosen)
    return Result("accounting", ABOUT, found.tables, found.budgets, found.notes)
