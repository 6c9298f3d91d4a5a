"""``obs profile history``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from obs.cli.command import Command
from obs.cli.profile.output import add_arguments, options_of, put, width

if TYPE_CHECKING:
    from obs.host.continuous.span import Span


class History(Command):
    """Look into the CPU profile that `obs run --profile` has kept.

    Without a time it lists the windows that are there. With one, those of that time are shown as one session, or
    written to FILE, which `obs profile diff` compares with another: before the deploy and after it. They outlive the
    run, for as long as OBS_PROFILE_KEEP and OBS_PROFILE_SIZE say. A time is 20m (ago), 12:05 (local; 12:05Z is UTC) or
    2026-11-24T12:05.
    """

    name = "history"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--service", metavar="S", help="whose, if windows of several services are kept")
        parser.add_argument("--since", metavar="TIME", help="only windows from then on")
        parser.add_argument("--until", metavar="TIME", help="only windows before then")
        parser.add_argument("--at", metavar="TIME", help="only the window of that moment")
        parser.add_argument("--version", metavar="V", help="only windows in which that version of the service ran")
        parser.add_argument("--list", action="store_true", help="list them, also where a time is given")
        add_arguments(parser, view=False)

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.continuous import listing, span
        from obs.host.continuous.shelf import folder_of
        from obs.profiling.render import renderers

        if options.output is not None:
            renderers.for_path(options.output)
        options.view = "cpu"
        folder, wanted = span.profiles(os.environ), asked(options, time.time())
        service = span.choose(folder, options.service)
        found = span.windows(folder, service, wanted, lambda text: print(f"obs: {text}", file=sys.stderr))
        if options.list or (wanted.is_all and options.output is None):
            print("\n".join(listing.lines(found, folder_of(folder, service), width())))
        else:
            put(span.together(found), options.output, options_of(options))
        return 0


def asked(options: argparse.Namespace, now: float) -> Span:
    """Raises ObsError for what is no time."""
    from obs.host.continuous.moments import moment
    from obs.host.continuous.span import Span

    given = {name: getattr(options, name) for name in ("since", "until", "at")}
    moments = {name: moment(text, now, f"--{name}") for name, text in given.items() if text is not None}
    return Span(**moments, version=options.version or "")
