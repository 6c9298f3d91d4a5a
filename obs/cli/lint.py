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
    """Check the service's description, or the dashboards and rules that are named.

    The description is obs.toml, or [tool.obs] in pyproject.toml.
    Finds what obs would refuse, patterns that never apply, promises that count nothing, and, once the service's
    routes and jobs are known, those without an owner. They are known from the service's run on this machine, or from
    a Flask application, which --app imports. The exit code is 1 if something is an error.

    Of files and folders that are named instead: Grafana's own rules for dashboards, what goes wrong in PromQL and in
    alerts, metrics and labels that nobody exports, and what a query costs (docs/lint.md).
    """

    name = "lint"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", nargs="*", type=Path, help="boards and rules: files and folders")
        parser.add_argument("--exclusions", metavar="FILE", type=Path, help="default: obs.lint.toml of the folder")
        parser.add_argument("--fleet", metavar="FILE", type=Path, help="estimate costs for this fleet, as of obs plan")
        parser.add_argument("--checks", action="store_true", help="list the checks of boards and rules")
        parser.add_argument("--github", action="store_true", help="print the findings as GitHub's annotations")
        parser.add_argument("--app", metavar="M:A", help="read the routes of this Flask application: module:app")
        parser.add_argument(
            "--service", metavar="S", help="read the works of this run: its service, or its folder's name"
        )
        parser.add_argument("--strict", action="store_true", help="let warnings count as errors")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def run(self, options: argparse.Namespace) -> int:
        if options.checks:
            return listed()
        return artefacts(options) if options.path else description(options)


def listed() -> int:
    """Every check with its help."""
    from obs.generate.lint.checks import CHECKS

    for check in CHECKS:
        print(f"{check.name}\n    {(check.__doc__ or '').strip()}")
    return 0


def artefacts(options: argparse.Namespace) -> int:
    """Boards and rules. Raises ObsError."""
    import json
    import shutil

    from obs.generate.lint import verdicts
    from obs.generate.lint.whole import whole

    found, world, passed = whole(options.path, options.exclusions, options.fleet, Path.cwd())
    if options.json:
        print(json.dumps(verdicts.as_json(found, world, passed), indent=2))
    elif options.github:
        print("\n".join(verdicts.github(found)))
    else:
        print("\n".join(verdicts.lines(found, world, passed, shutil.get_terminal_size().columns)))
    return int(any(options.strict or verdict.problem.level == "error" for verdict in found))


def description(options: argparse.Namespace) -> int:
    """obs.toml. Raises ObsError."""
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
