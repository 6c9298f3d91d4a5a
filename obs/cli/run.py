"""``obs run``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from obs.cli.command import Command

SETTINGS = ("service", "env", "version", "host", "port", "profile")
"""The options: each is the ``OBS_*`` variable of its name, so that one place reads and checks both."""


class Run(Command):
    """Run a service with everything on.

    Measures and traces the Python service that CMD starts, and serves its metrics, without a change to it. The
    exit code is CMD's own. Telemetry that can't be had is named in one line, and the service starts without it.
    """

    name = "run"
    tail = "-- CMD …"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--service", help="its name in every metric and trace (OBS_SERVICE)")
        parser.add_argument("--env", help="where it runs, such as production (OBS_ENV)")
        parser.add_argument("--version", help="which version of it this is (OBS_VERSION)")
        parser.add_argument("--host", help="address of /metrics; 0.0.0.0 for every interface (OBS_HOST, 127.0.0.1)")
        parser.add_argument("--port", help="port of /metrics (OBS_PORT, 9464)")
        parser.add_argument(
            "--profile",
            action="store_const",
            const="true",
            help="keep a CPU profile of the last hour, for obs profile history (OBS_PROFILE)",
        )

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.launcher import launch

        return launch(options.command, settings(options, os.environ))


def settings(options: argparse.Namespace, environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` with the options that were given in it."""
    given = {f"OBS_{name.upper()}": getattr(options, name) for name in SETTINGS}
    return {**environ, **{name: value for name, value in given.items() if value is not None}}
