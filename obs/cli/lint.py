"""``obs lint``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.command import Command

if TYPE_CHECKING:
    from obs.generate.lint.works import Works
    from obs.host.runs import LiveRun


class Lint(Command):
    """Check the service's description: obs.toml, or [tool.obs] in pyproject.toml.

    Finds what obs would refuse, patterns that never apply, promises that count nothing, and, once the service's
    routes and jobs are known, those without an owner. They are known from the service's run on this machine, or from
    a Flask application, which --app imports. The exit code is 1 if something is an error.
    """

    name = "lint"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--app", metavar="M:A", help="read the routes of this Flask application: module:app")
        parser.add_argument(
            "--service", metavar="S", help="read the works of this run: its service, or its folder's name"
        )
        parser.add_argument("--strict", action="store_true", help="let warnings count as errors")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def run(self, options: argparse.Namespace) -> int:
        import json
        import shutil

        from obs.generate.lint import report
        from obs.generate.lint.rules import examine
        from obs.generate.lint.subject import Subject

        cwd = Path.cwd()
        subject = Subject.read(os.environ, cwd, known(options, cwd))
        findings = list(examine(subject))
        if options.json:
            print(json.dumps(report.as_json(findings, subject), indent=2))
        else:
            print("\n".join(report.lines(findings, subject, shutil.get_terminal_size().columns)))
        return int(any(options.strict or finding.problem.level == "error" for finding in findings))


def known(options: argparse.Namespace, cwd: Path) -> Works:
    """The works of the application, else of the run asked for, else of the service's only run. Raises ObsError."""
    from obs.generate.lint import flask_app
    from obs.generate.lint.works import Works
    from obs.host import seen

    if options.app:
        return flask_app.works(options.app, cwd)
    run = alive(options.service, cwd)
    return Works.of(f"the run {run.folder.name}", seen.works(run.folder)) if run else Works()


def alive(wanted: str | None, cwd: Path) -> LiveRun | None:
    """The run ``wanted``, or the only one of the service described here. Raises ObsError if that is not there."""
    from obs.generate.lint.subject import service
    from obs.host.runs import choose, here, runs

    machine = here(os.environ)
    if wanted:
        return choose(machine, wanted)
    name = service(os.environ, cwd)
    own = [run for run in runs(machine.runtime_dir) if name and run.service == name]
    return own[0] if len(own) == 1 else None
