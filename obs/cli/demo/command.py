"""The ``demo`` command: its options, and the order of what happens."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress

from obs.cli.command import Command

AN_HOUR = 3600.0
"""How long it goes on where nobody says, on a terminal: until Ctrl-C, but not over a weekend."""

HALF_A_MINUTE = 30.0
"""The same for a script."""


class Demo(Command):
    """Show obs at work on an example service.

    Runs a small chat API (examples/chat: Flask, gevent, SQLite) under `obs run` with traffic of its own, and a live
    table of its work in the terminal. POST /attachments computes on the loop: see what that does to the others' p99.
    With Prometheus on the machine, one is started that scrapes it. Ctrl-C ends everything.
    """

    name = "demo"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--duration", type=positive, metavar="S", help="of traffic (until Ctrl-C; 30 s in a pipe)")
        parser.add_argument("--rps", type=positive, default=80.0, metavar="N", help="requests a second (80)")
        parser.add_argument("--workers", type=int, choices=range(1, 33), default=2, metavar="N", help="of gunicorn (2)")
        parser.add_argument("--port", type=int, default=9464, help="of /metrics (9464, or a free one if it is taken)")
        parser.add_argument("--json", action="store_true", help="no table: print one JSON object at the end")

    def run(self, options: argparse.Namespace) -> int:
        from obs.cli.demo import example, show, stage
        from obs.cli.demo.screen import screen

        example.check_packages()
        duration = options.duration or default_duration(json=options.json)
        with stage.interruptible(), stage.Stage(options.workers, example.free_port(options.port)) as place:
            demo = show.Show(place, screen(json=options.json))
            demo.start(prometheus=not options.json)  # what a script could ask it would be gone with the demo
            demo.play(options.rps, duration)
        if options.json:
            print(json.dumps(demo.result()))
        return 0


def default_duration(*, json: bool) -> float:
    """Seconds of traffic where nobody says."""
    return HALF_A_MINUTE if json or not sys.stdout.isatty() else AN_HOUR


def positive(text: str) -> float:
    with suppress(ValueError):
        if 0 < float(text) <= 100_000:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
