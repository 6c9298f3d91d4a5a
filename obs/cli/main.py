"""``obs COMMAND``: finds the command, runs it, and is the only place that prints an :class:`ObsError`."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
from collections.abc import Sequence
from typing import Any

from obs.cli.blocks import Blocks
from obs.cli.command import Command
from obs.cli.cost import Cost
from obs.cli.demo import Demo
from obs.cli.doctor import Doctor
from obs.cli.dump import Dump
from obs.cli.generate import Generate
from obs.cli.lint import Lint
from obs.cli.live import Live
from obs.cli.plan import Plan
from obs.cli.profile.command import Profile
from obs.cli.rules.command import Rules
from obs.cli.run import Run
from obs.cli.top import Top
from obs.cli.view import View
from obs.errors import ObsError

COMMANDS: tuple[Command, ...] = (
    Run(),
    Demo(),
    Doctor(),
    Live(),
    View(),
    Top(),
    Dump(),
    Profile(),
    Blocks(),
    Cost(),
    Generate(),
    Lint(),
    Plan(),
    Rules(),
)

EXTRAS = {"grafanalib": "generate", "promql_parser": "generate", "yaml": "generate", "rich": "host"}
"""What brings the packages that only some commands need."""

ERROR = 2
"""The exit code of an error that the user can mend, argparse's own for a wrong option too."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. A Ctrl-C is 130 and a closed pipe 141, as a shell would report them."""
    try:
        code = dispatch(sys.argv[1:] if argv is None else argv)
        if sys.stdout:  # there is none if we were started with it closed
            sys.stdout.flush()  # a closed pipe shows here, not in the interpreter's last breath
    except ObsError as error:
        print(f"obs: {error}", file=sys.stderr)
        return ERROR
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        print(f"obs: {package} is not installed: pip install 'obs[{EXTRAS[package]}]'", file=sys.stderr)
        return ERROR
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def dispatch(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` names."""
    arguments, command = split(argv)
    options = build().parse_args(completed(arguments), argparse.Namespace(command=command))
    chosen: Command = options.chosen
    check(chosen, command)
    return chosen.run(options)


def completed(arguments: list[str]) -> list[str]:
    """``arguments`` with the sub-command that is meant where none is named: ``profile record 4711``."""
    for command in COMMANDS:
        if arguments[:1] == [command.name] and command.implied:
            named = (*(part.name for part in command.parts), "-h", "--help")
            if arguments[1:2] and arguments[1] not in named:
                return [command.name, command.implied, *arguments[1:]]
    return arguments


def split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """``argv`` before the first ``--`` and after it: what is the user's command is never read as options of ours."""
    arguments = list(argv)
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def check(chosen: Command, command: Sequence[str]) -> None:
    """Raise if the chosen command needs a user's command and has none, or has one that it can't use."""
    if command and not chosen.tail:
        raise ObsError(f"obs {chosen.name} takes no command; leave out `-- {command[0]} …`")
    if chosen.tail.startswith("--") and not command:
        raise ObsError(f"obs {chosen.name}: no command; write it after --, such as `-- gunicorn app:app`")


def build() -> argparse.ArgumentParser:
    """The parser of every command in :data:`COMMANDS`."""
    parser = argparse.ArgumentParser(
        prog="obs", description="Where the time goes, who spent it, and who waited for it.", allow_abbrev=False
    )
    parser.add_argument("--version", action=Version, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        add(commands, command)
    return parser


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], command: Command) -> None:
    text = inspect.cleandoc(command.__doc__ or "")
    parser = commands.add_parser(
        command.name,
        help=text.splitlines()[0].rstrip("."),
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if command.parts:
        parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
        for part in command.parts:
            add(parts, part)
        return
    command.arguments(parser)
    if command.tail:
        parser.usage = f"{parser.format_usage().removeprefix('usage: ').rstrip()} {command.tail}"
    parser.set_defaults(chosen=command)


class Version(argparse.Action):
    """``--version``; the metadata is read only if somebody asks for it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print("obs", version("obs"))
        parser.exit()
