"""``obs generate``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.command import Command

if TYPE_CHECKING:
    from obs.generate.output.change import Change
    from obs.generate.service.lone import Lone
    from obs.generate.setup import Setup

STALE = 1
"""The exit code of --check if the folder is not up to date."""


class Generate(Command):
    """Write dashboards, alerts, their tests and runbooks into a folder.

    For the whole fleet from what obs knows by itself; with --app or --service for one service, whose obs.toml is
    checked first. An obs.generate.toml in the current folder says where things are, and changes thresholds, titles
    and the like (docs/generate.md). Only files that an earlier run wrote are ever removed.
    """

    name = "generate"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        from obs.generate.output.names import FORMAT_NAMES

        parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to write into")
        parser.add_argument("--format", choices=FORMAT_NAMES, default=FORMAT_NAMES[0], help="default: %(default)s")
        parser.add_argument("--app", metavar="M:A", help="for the service of this Flask application: module:app")
        parser.add_argument("--service", action="store_true", help="for the service of obs.toml, without looking at it")
        parser.add_argument("--config", metavar="FILE", help="what the site wants; default: obs.generate.toml")
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the folder is out of date")
        parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")

    def run(self, options: argparse.Namespace) -> int:
        from obs.generate.output import report
        from obs.generate.output.change import stale
        from obs.generate.output.write import write
        from obs.generate.setup.read import read

        setup = read(options.config, Path.cwd())
        found = changes(options, setup, lone(options))
        if options.diff:
            print("\n".join(report.diff(found)) or "nothing would change")
        else:
            print("\n".join(report.table(found)))
        if options.check:
            return STALE if stale(found) else 0
        if not options.diff:
            write(options.folder, found)
        return 0


def changes(options: argparse.Namespace, setup: Setup, service: Lone | None) -> list[Change]:
    """What is to be done to the folder. Raises ObsError."""
    from obs.generate.output.change import changes
    from obs.generate.output.formats import written
    from obs.generate.output.make import content

    files = written(options.format, content(setup, service), setup, service.name if service else "")
    return changes(options.folder, files)


def lone(options: argparse.Namespace) -> Lone | None:
    """The one service that is meant, or None for the fleet; says what is doubtful in its description."""
    import sys

    from obs.generate.lint import flask_app
    from obs.generate.lint.works import Works
    from obs.generate.service.lone import Lone

    if not (options.app or options.service):
        return None
    cwd = Path.cwd()
    found = Lone.read(os.environ, cwd, flask_app.works(options.app, cwd) if options.app else Works())
    for _, problem in found.warnings:
        print(f"{problem.level}: {problem.where}: {problem.problem}; {problem.fix}", file=sys.stderr)
    return found
