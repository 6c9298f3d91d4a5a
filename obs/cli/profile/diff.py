"""``obs profile diff``."""

from __future__ import annotations

import argparse
from pathlib import Path

from obs.cli.command import Command
from obs.cli.profile.output import add_arguments, options_of, say, told


class Diff(Command):
    """Compare two recorded sessions: by work and by function.

    Seconds are per second of wall time, so that windows of different lengths compare; per call, where the calls were
    counted. -o x.html draws both as one flame graph, red where more time is spent than before and blue where less.
    """

    name = "diff"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("before", type=Path, metavar="A", help="the session before")
        parser.add_argument("after", type=Path, metavar="B", help="the session after")
        add_arguments(parser, output="write it there: .html or .txt; without it a report is printed")

    def run(self, options: argparse.Namespace) -> int:
        from obs.profiling.difference import compare
        from obs.profiling.file import read, write_bytes
        from obs.profiling.render import difference_text
        from obs.profiling.render.differences import for_path

        asked = options_of(options)
        render = for_path(options.output) if options.output else difference_text.render
        data = render(compare(read(options.before), read(options.after), asked), asked)
        if options.output is None:
            say(data)
        else:
            write_bytes(data, options.output)
            told(options.output)
        return 0
