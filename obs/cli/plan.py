"""``obs plan``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from obs.cli.command import Command
from obs.errors import ObsError

if TYPE_CHECKING:
    from obs.generate.plan import Fleet

OPTIONS = {
    "targets": "containers that are scraped",
    "processes": "worker processes in each",
    "routes": "routes that one target serves",
    "jobs": "jobs that one target runs",
    "requests": "requests a second, over all of them",
    "deliveries": "jobs a second, over all of them",
    "sampling": "the part that is traced: 0.01",
}


class Plan(Command):
    """Say what a fleet's telemetry comes to: series, samples, bytes, spans, CPU, and what holds it.

    The fleet is described in a TOML file (docs/scale.md), or by options if it is all alike. The counts are made from
    the catalog's metrics; what one of each costs was measured, or is from the documentation of those who make it:
    --sources says which.
    """

    name = "plan"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FLEET.toml", help="the description of the fleet")
        for name, what in OPTIONS.items():
            parser.add_argument(f"--{name}", metavar="N", help=f"without a file: {what}")
        parser.add_argument("--scrape-interval", metavar="15s", help="without a file: between two scrapes of a target")
        parser.add_argument("--sources", action="store_true", help="say what each figure is computed with, and whence")
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def run(self, options: argparse.Namespace) -> int:
        import json

        from obs.generate.plan import plan, render

        made = plan(described(options))
        document = json.dumps(render.as_json(made), indent=2) if options.json else ""
        print(document or render.text(made, sources=options.sources))
        return 0


def described(options: argparse.Namespace) -> Fleet:
    """The fleet of the file, or of the options. Raises ObsError."""
    from obs.generate.plan.read import of_values, read

    given = {name: getattr(options, name) for name in OPTIONS if getattr(options, name) is not None}
    if options.file:
        if given or options.scrape_interval:
            raise ObsError("obs plan: a file and options for one service; write them into the file")
        return read(options.file)
    if not given:
        raise ObsError("obs plan: no fleet; name a file, or say --routes 40 --requests 1000 --targets 10")
    fleet: dict[str, Any] = {"scrape_interval": options.scrape_interval} if options.scrape_interval else {}
    return of_values("obs plan", fleet, {name: numeral(name, text) for name, text in given.items()})


def numeral(name: str, text: str) -> int | float:
    """A number as a TOML file would hold it. Raises ObsError."""
    for read in (int, float):
        try:
            return read(text.replace("_", "").replace(",", ""))
        except ValueError:
            continue
    raise ObsError(f"obs plan --{name}: {text!r} is not a number; write it as --{name} 100")
