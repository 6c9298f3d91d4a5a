"""``obs view``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from obs.cli.command import Command


class View(Command):
    """Show an incident file in the live view, offline.

    The file is one that the live view has saved (Export). It is served on the loopback interface, to its user alone,
    until Ctrl-C, and opened in the browser. Needs no service, no network and no Prometheus.
    """

    name = "view"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="NAME.obs-incident.json.gz")
        parser.add_argument("--port", type=port, default=0, metavar="N", help="on that port (one that is free)")
        parser.add_argument("--no-open", action="store_true", help="only print the address")

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.browser import has_display, open_page
        from obs.host.live.viewing import Viewing

        viewing = Viewing(options.file, options.port)
        print(viewing.address, flush=True)
        if not options.no_open and not (has_display() and open_page(viewing.address)):
            print("no browser was found; open the address yourself; Ctrl-C ends it", file=sys.stderr)
        viewing.serve()
        return 0


def port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port")
