"""``obs profile record``, or ``obs profile`` for short."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from obs.cli.command import Command
from obs.cli.profile.output import VIEWS, add_arguments, options_of, put
from obs.errors import ObsError

ALL = "all"

SAMPLERS = ("reader", "py-spy")
"""Their names in ``obs.host.cpu.samplers``, which a test compares: that list is not imported for a help text."""


class Record(Command):
    """Record where the time of a live process goes, by work and by line.

    PID is a process, with obs or without; or a server's, or that of `obs run`: then every process below it that
    records. With --service it is all processes of that run. cpu is sampled from outside, by reading the process's
    memory; held, delay and wait inside by the process itself, which needs obs there. Ctrl-C ends it early, and what was
    recorded is shown.
    """

    name = "record"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("pid", nargs="?", type=int, metavar="PID", help="a process, a server, or obs run")
        whom.add_argument("--service", metavar="S", help="all processes of a run: its service's or its folder's name")
        parser.add_argument("--seconds", type=seconds, default=10.0, metavar="N", help="for so long (10)")
        parser.add_argument("--view", choices=(*VIEWS, ALL), default=ALL, help="only this one of the four clocks (all)")
        parser.add_argument("--rate", type=rate, default=100, metavar="HZ", help="looks per second (100)")
        parser.add_argument("--sampler", choices=SAMPLERS, default="", help="who samples cpu (the first that can)")
        parser.add_argument("--native", action="store_true", help="machine code too, by py-spy with pauses")
        add_arguments(parser, view=False)

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.profile.collect import collect
        from obs.host.profile.targets import of_pid, of_service
        from obs.host.profile.wanted import Wanted
        from obs.profiling import session as sessions
        from obs.profiling.render import renderers
        from obs.profiling.told import warnings

        if options.output is not None:
            renderers.for_path(options.output)
        options.view = None if options.view == ALL else options.view
        by_pid = options.pid is not None
        targets = of_pid(options.pid, os.environ) if by_pid else of_service(options.service, os.environ)
        views = (options.view,) if options.view else sessions.VIEWS
        wanted = Wanted(views, options.seconds, options.rate, options.sampler, native=options.native)
        session = collect(targets, wanted, progress(len(targets), options.seconds))
        if not session.samples and not session.totals:
            raise ObsError(nothing(warnings(session)))
        put(session, options.output, options_of(options))
        if options.output is not None:
            for warning in warnings(session):
                print(f"note: {warning}", file=sys.stderr)
        return 0


def progress(processes: int, seconds: float) -> Callable[[float], None]:
    """A line on the terminal that is written over; nothing where there is none."""
    whom = "1 process" if processes == 1 else f"{processes} processes"
    stream = sys.stderr

    def tell(passed: float) -> None:
        if stream and stream.isatty():
            left = f"{passed:4.1f} of {seconds:g} s" if passed < seconds - 0.15 else " " * 40
            stream.write(f"\rrecording {whom}, {left}; Ctrl-C ends it early\r")
            stream.flush()

    return tell


def nothing(warnings: Sequence[str]) -> str:
    """Why there is no profile."""
    reasons = "; ".join(warnings)
    return f"nothing was seen to run in this time; try a longer --seconds{f' ({reasons})' if reasons else ''}"


def seconds(text: str) -> float:
    """Above 0 and at most an hour: a session is kept in memory."""
    number = float(text)
    if not 0 < number <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 3600 seconds")
    return number


def rate(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 1000 a second")
    return number
