"""``obs live``."""

from __future__ import annotations

import argparse
import os

from obs.cli.command import Command
from obs.errors import ObsError


class Live(Command):
    """Print where the live view of a run is.

    The address has the token in it, with which it can be opened by another user, through a port-forward or from another
    machine; keep it to yourself. With --open it is opened in the browser.
    """

    name = "live"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--service", metavar="S", help="whose run, if several are alive: its name or its folder's")
        parser.add_argument("--open", action="store_true", help="open it in the browser")

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.browser import open_page
        from obs.host.live.address import read_address
        from obs.host.runs import choose, here

        run = choose(here(os.environ), options.service)
        address = read_address(run.folder)
        if address is None:
            raise ObsError(f"{run.describe()} has no live view: OBS_LIVE is false, or its port could not be bound")
        print(address, flush=True)
        if options.open and not open_page(address):
            raise ObsError("no browser was found; open the address yourself")
        return 0
