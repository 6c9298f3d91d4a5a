"""What reading a process from outside costs it and the reader, beside py-spy, and how soon and true it sees."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from benchmarks.accounting.found import Found, together
from benchmarks.harness import Result
from benchmarks.reader import blocks, cost, shapes, slowdown

ABOUT = """\
A process that knows nothing of obs. *Cost*: the reader's own CPU for one look at a busy thread; a look is torn if no \
stack came of it, and cut if its innermost frames came and went meanwhile. *Slowdown*: CPU and time of a fixed piece \
of work while somebody looks, in rounds of all watchers in a new random order, against the same unwatched. *Blocks*: \
from the start of a regular expression, which holds the GIL, to its stack. *Shapes*: how far what it says of CPU is \
from what py-spy says of the same processes at the same time."""

PARTS: Mapping[str, Callable[[bool], Found]] = {
    "cost": cost.run,
    "slowdown": slowdown.run,
    "blocks": blocks.run,
    "shapes": shapes.run,
}
"""Each takes whether to be quick."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--part", choices=tuple(PARTS), help="only that part of the reader benchmark")


def run(options: Namespace) -> Result:
    """Raises BenchmarkError if a part can't be measured."""
    chosen = [part for name, part in PARTS.items() if options.part in (None, name)]
    found = together(part(options.quick) for part in chosen)
    return Result("reader", ABOUT, found.tables, found.budgets, found.notes)
