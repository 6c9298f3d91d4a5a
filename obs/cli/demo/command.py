"""The ``demo`` command: its options, and the order of what happens."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import suppress

from obs.cli.command import Command
from obs.cli.demo import queues

AN_HOUR = 3600.0
"""How long it goes on where nobody says, on a terminal: until Ctrl-C, but not over a weekend."""

HALF_A_MINUTE = 30.0
"""The same for a script."""


class Demo(Command):
    """Show obs at work on an example service.

    Runs a small chat API and its job worker (examples/chat: Flask, gevent, SQLite, Huey) under `obs run` with traffic
    of its own: a live table of its work in the terminal, and the live view in the browser if there is one. POST
    /attachments computes on the loop, and so does the job jobs.moderation.scan: see what that does to the others. With
    Prometheus on the machine, one is started that scrapes it. With --queue the same jobs run on another queue, if
    there is a redis-server. Ctrl-C ends everything.
    """

    name = "demo"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        seconds, rate, processes, port = number(AN_HOUR), number(10_000), whole(1, 32), whole(0, 65535)
        add = parser.add_argument
        add("--duration", type=seconds, metavar="S", help="seconds of traffic (until Ctrl-C; 30 in a pipe)")
        add("--rps", type=rate, default=80.0, metavar="N", help="requests a second (80)")
        add("--workers", type=processes, default=2, metavar="N", help="worker processes of gunicorn (2)")
        add("--queue", choices=tuple(queues.PACKAGES), default=queues.DEFAULT, help="what brings the jobs (huey)")
        add("--port", type=port, default=9464, metavar="N", help="port of /metrics (9464, or a free one)")
        add("--no-open", action="store_true", help="don't open the live view in the browser")
        add("--json", action="store_true", help="no table: print one JSON object at the end")

    def run(self, options: argparse.Namespace) -> int:
        from obs.cli.demo import example, show, stage
        from obs.cli.demo.screen import screen
        from obs.host.browser import open_page

        example.check_packages()
        queues.check(options.queue)
        duration = options.duration or default_duration(json=options.json)
        port = example.free_port(options.port)
        with stage.interruptible(), stage.Stage(options.workers, port, options.queue) as place:
            demo = show.Show(place, screen(json=options.json))
            demo.start(prometheus=not options.json)  # what a script could ask it would be gone with the demo
            if wants_page(options) and place.live_url:
                open_page(place.live_url)
            demo.play(options.rps, duration)
        if options.json:
            print(json.dumps(demo.result()))
        return 0


def wants_page(options: argparse.Namespace) -> bool:
    """Whether somebody sits before a screen that the live view can be opened on."""
    from obs.host.browser import has_display

    return not (options.json or options.no_open) and sys.stdout.isatty() and has_display()


def default_duration(*, json: bool) -> float:
    """Seconds of traffic where nobody says."""
    return HALF_A_MINUTE if json or not sys.stdout.isatty() else AN_HOUR


def number(most: float) -> Callable[[str], float]:
    """Reads an option: a number above 0, ``most`` at most."""

    def read(text: str) -> float:
        with suppress(ValueError):
            if 0 < float(text) <= most:
                return float(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0 and up to {most:g}")

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads an option: a whole number from ``least`` to ``most``."""

    def read(text: str) -> int:
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")

    return read
