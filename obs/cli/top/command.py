"""The ``top`` command: its options, and which of its forms they and the terminal ask for."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from obs.cli.command import Command
from obs.cli.top.sorts import SORTS
from obs.errors import ObsError

EVERY = 1.0
"""Seconds between two looks of the live form, whose rates are of ten seconds."""

SPAN = 5.0
"""Seconds that a table or an object is of. Each loop brings its clocks up to date once a second, so that one second's
clocks may be those of none or of two."""

DUMB = {"", "dumb", "unknown"}
"""Values of TERM that promise nothing."""


class Top(Command):
    """Show a live table of a service's work.

    Each endpoint and job by rate, errors, p50, p99, and where its time goes: cpu, held (it stopped the loop without
    computing), delay (it was ready, others ran), wait. Below: who makes whom wait, and the last blocks of the loop.
    On a terminal, keys sort, filter and open one work (? lists them). Elsewhere, and with --once, one plain table of
    the next --interval. Reads the shared memory of a run that is alive, and costs the service nothing.
    """

    name = "top"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        add = parser.add_argument
        add("--service", metavar="S", help="whose run, if several are alive: its name or its folder's")
        add("--by", choices=("work", "feature", "team"), default="work", help="what a row is (work)")
        add("--sort", choices=SORTS, default="rate", help="the highest first (rate)")
        add("--filter", default="", metavar="TEXT", help="only works with this in their name")
        add("--interval", type=seconds, metavar="N", help="seconds between two looks (1; of a table or objects 5)")
        add("--once", action="store_true", help="one plain table, or with --json one object, and no more")
        add("--json", action="store_true", help="print an object for each interval, on a line of its own")

    def run(self, options: argparse.Namespace) -> int:
        from obs.cli.top.feed import Feed
        from obs.cli.top.state import State
        from obs.host.runs import choose, here

        run = choose(here(os.environ), options.service)
        state = State(by=options.by, sort=options.sort, filter=options.filter)
        with Feed(run) as feed:
            if options.json:
                from obs.cli.top.report import objects

                objects(feed, state, options.interval or SPAN, once=options.once)
            elif options.once or not interactive():
                from obs.cli.top.report import table

                table(feed, state, options.interval or SPAN)
            else:
                from obs.cli.top.screen import watch

                watch(feed, state, options.interval or EVERY)
        return 0


def interactive() -> bool:
    """Whether there is somebody with a keyboard, and a terminal that can be drawn on. Raises ObsError without rich."""
    if not (sys.stdin and sys.stdout and sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if os.environ.get("TERM", "") in DUMB:
        return False
    if find_spec("rich") is None:
        raise ObsError("obs top: rich is not installed; pip install 'obs[host]', or use --once or --json")
    return True


def seconds(text: str) -> float:
    """From half a second, since processes settle their clocks once a second, to an hour."""
    number = float(text)
    if not 0.5 <= number <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.5 and 3600 seconds")
    return number
