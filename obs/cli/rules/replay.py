"""``obs rules replay``."""

from __future__ import annotations

import argparse
import base64
import time
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.command import Command
from obs.errors import ObsError

if TYPE_CHECKING:
    from obs.generate.replay.replay import Span


class Replay(Command):
    """Say how often each alert would have fired on the history of a Prometheus.

    Each rule is asked over the last days, and its `for` applied as Prometheus does. Series that a rule builds on and
    that aren't recorded there are computed in the query, and named. The limits of obs.generate.toml hold here too:
    change one, and see what it does. The exit code is 1 if an alert could not be replayed.
    """

    name = "replay"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--prometheus", metavar="URL", required=True, help="such as http://prometheus:9090")
        parser.add_argument("--days", metavar="N", type=float, default=7.0, help="how far back (7)")
        parser.add_argument("--end", metavar="T", type=float, help="until then, in Unix seconds (now)")
        parser.add_argument("--step", metavar="D", help="time between two looks (as often as each rule is evaluated)")
        parser.add_argument("--alert", metavar="KEY", action="append", default=[], help="only this one; repeatable")
        parser.add_argument("--config", metavar="FILE", help="what the site wants; default: obs.generate.toml")
        parser.add_argument("--token-file", metavar="FILE", type=Path, help="a bearer token is in it")
        parser.add_argument("--user", metavar="NAME", help="for basic authentication, with --password-file")
        parser.add_argument("--password-file", metavar="FILE", type=Path)
        parser.add_argument("--timeout", metavar="S", type=float, default=60.0, help="seconds for one query (60)")
        parser.add_argument("--json", action="store_true", help="print every firing as JSON")

    def run(self, options: argparse.Namespace) -> int:
        from obs.generate.output.rules import files
        from obs.generate.queries.prometheus import Prometheus
        from obs.generate.replay import replay, report
        from obs.generate.setup.read import read

        server = Prometheus(options.prometheus, options.timeout, headers(options))
        groups = [group for held in files(read(options.config, Path.cwd())).values() for group in held]
        check(options, {alert.key for group in groups for alert in group.alerts})
        span = asked(options, time.time())
        found = list(replay.Replay(server, groups, span).run(options.alert))
        print(report.as_json(found, span) if options.json else "\n".join(report.lines(found, span)))
        return int(any(each.error for each in found))


def check(options: argparse.Namespace, keys: set[str]) -> None:
    """Raise ObsError for what can't be meant."""
    from obs.config.wrong import did_you_mean

    if options.days <= 0:
        raise ObsError(f"obs rules replay: --days is {options.days:g}; write a number above 0")
    for key in options.alert:
        if key not in keys:
            fix = did_you_mean(key, sorted(keys), f"there are {', '.join(sorted(keys))}")
            raise ObsError(f"obs rules replay: --alert {key}: no such alert; {fix}")


def asked(options: argparse.Namespace, now: float) -> Span:
    """The span, on whole steps, so that two runs ask at the same moments."""
    from obs.generate.replay.replay import Span
    from obs.generate.rules.duration import seconds

    step = seconds(options.step, "obs rules replay: --step") if options.step else 0.0
    whole = step or 60.0
    end = (options.end or now) // whole * whole
    return Span(end - options.days * 86_400, end, step)


def headers(options: argparse.Namespace) -> dict[str, str]:
    """What says who asks. Raises ObsError for a file that can't be read."""
    if options.token_file:
        return {"Authorization": f"Bearer {secret(options.token_file, '--token-file')}"}
    if options.user:
        if not options.password_file:
            raise ObsError("obs rules replay: --user needs --password-file")
        pair = f"{options.user}:{secret(options.password_file, '--password-file')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {}


def secret(path: Path, option: str) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ObsError(f"obs rules replay: {option} {path}: {error.strerror}") from error
