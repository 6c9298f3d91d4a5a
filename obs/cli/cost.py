"""``obs cost``."""

from __future__ import annotations

import argparse
import os

from obs.cli.command import Command


class Cost(Command):
    """Say whose work uses the CPU: by team, feature or work.

    Reads the shared memory of a run that is alive, and costs the service nothing. Without --seconds it is all since the
    run began. Owners are those of the service's obs.toml. Time of no work is below, so that it adds up to the CPU of
    the service's processes.
    """

    name = "cost"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--by", choices=("team", "feature", "work"), default="team", help="what a row is (team)")
        parser.add_argument("--seconds", type=duration, metavar="N", help="watch for so long, and show only that")
        parser.add_argument("--service", metavar="S", help="whose run, if several are alive: its name or its folder's")
        parser.add_argument("--top", type=count, default=30, metavar="N", help="rows shown; 0 for all (30)")
        parser.add_argument("--json", action="store_true", help="print every row as JSON")

    def run(self, options: argparse.Namespace) -> int:
        import json
        import shutil

        from obs.host.cost import meter, table
        from obs.host.cost.rows import bill
        from obs.host.runs import choose, here

        run = choose(here(os.environ), options.service)
        ledger, seconds = meter.over(run, options.seconds) if options.seconds else meter.so_far(run)
        found = bill(ledger, options.by, seconds)
        if options.json:
            print(json.dumps({"service": run.service, "run": run.folder.name, **table.as_json(found)}, indent=2))
        else:
            over = f"{seconds:.0f} s" if options.seconds else f"{seconds:.0f} s since it began"
            print(table.text(found, f"{run.service}, {over}", shutil.get_terminal_size().columns, options.top))
        return 0


def duration(text: str) -> float:
    """Seconds, above 0 and at most a day."""
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and a day of seconds")
    return seconds


def count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return number
