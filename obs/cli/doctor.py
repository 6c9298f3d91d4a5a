"""``obs doctor``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.command import Command

if TYPE_CHECKING:  # the checks import what a service would have to patch, and ``obs run`` is in the same list
    from obs.host.diagnosis.checks import Result
    from obs.host.diagnosis.render import Line
    from obs.host.diagnosis.situation import Situation


class Doctor(Command):
    """Say what is wrong or in the way, and what to do.

    Looks at the settings, the machine and the service's Python. With a command it also starts it for a moment, until
    it serves, and looks into its processes: what was patched too late, what runs as it forks, which other agents are
    there. It is really started, with what it does then (a worker takes jobs): --no-start leaves that out. The exit
    code is 1 if something is an error.
    """

    name = "doctor"
    tail = "[-- CMD …]"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--no-start", action="store_true", help="look at the command, but don't start it")
        parser.add_argument("--seconds", type=float, default=15.0, help="how long it may take to serve (15)")

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.diagnosis.checks import examine
        from obs.host.diagnosis.situation import Situation

        situation = Situation.of(os.environ, Path.cwd(), tuple(options.command))
        if options.command and not options.no_start:
            situation = with_trial(situation, options.seconds)
        results = list(examine(situation))
        show(results, situation, options.json)
        return int(any(finding.level == "error" for result in results for finding in result.findings))


def with_trial(situation: Situation, seconds: float) -> Situation:
    """The situation after the command was run for a moment; the same if it can't be started, which a check says."""
    from dataclasses import replace

    from obs.host.diagnosis.trial import run

    print(f"obs: starting {situation.command[0]} for a moment …", file=sys.stderr)
    try:
        return replace(situation, trial=run(situation.command, situation.environ, seconds))
    except OSError:
        return situation


def show(results: list[Result], situation: Situation, as_json: bool) -> None:  # noqa: FBT001  the option as it is
    import json

    from obs.host.diagnosis import render

    if as_json:
        print(json.dumps(render.as_json(results, situation.config), indent=2))
    else:
        write(render.lines(results, situation.config, shutil.get_terminal_size().columns))


def write(lines: Iterable[Line]) -> None:
    """In colour on a terminal where rich is installed, else plain."""
    from obs.host.diagnosis.render import STYLES

    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        for mark, text in lines:
            print(f"{mark:7} {text}" if mark else text)
        return
    console = Console(soft_wrap=True, highlight=False)
    for mark, text in lines:
        console.print(Text.assemble((f"{mark:7} ", STYLES[mark]), text) if mark else Text(text))
