"""``obs profile show``."""

from __future__ import annotations

import argparse
from pathlib import Path

from obs.cli.command import Command
from obs.cli.profile.output import add_arguments, options_of, put


class Show(Command):
    """Show a recorded session: as a report, or in another format.

    FILE is what `obs profile … -o x.json` has written. Several files are shown as one: processes of a service, or
    windows of a run.
    """

    name = "show"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a session: x.json or x.json.gz")
        add_arguments(parser)

    def run(self, options: argparse.Namespace) -> int:
        from obs.profiling.file import read
        from obs.profiling.session import Session

        put(Session.merge(read(path) for path in options.files), options.output, options_of(options))
        return 0
