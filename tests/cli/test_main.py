"""The command line: what reaches a command, and how it ends."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from obs.cli import main as cli
from obs.cli.command import Command
from obs.errors import ObsError


class Echo(Command):
    """Say what came.

    More about it.
    """

    name = "echo"
    tail = "[-- CMD …]"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--loud", action="store_true")

    def run(self, options: argparse.Namespace) -> int:
        print(options.loud, options.command)
        return 3


class Fails(Command):
    """Raise what it is told."""

    name = "fails"
    error: BaseException

    def run(self, options: argparse.Namespace) -> int:
        raise self.error


class Needs(Echo):
    """Want a command."""

    name = "needs"
    tail = "-- CMD …"


LISTED = cli.COMMANDS


def test_every_command_has_a_file_of_its_name_and_every_file_a_command():
    files = {path.stem for path in Path(cli.__file__).parent.iterdir() if not path.name.startswith("_")}
    assert {command.name for command in LISTED} == files - {"command", "main"}
    assert all(command.__doc__ for command in LISTED)


@pytest.fixture(autouse=True)
def _commands(monkeypatch):
    monkeypatch.setattr(cli, "COMMANDS", (Echo(), Fails(), Needs()))


def test_the_users_command_is_passed_as_it_is(capsys):
    assert cli.main(["echo", "--loud", "--", "app", "--loud", "--", "--help"]) == 3
    assert capsys.readouterr().out == "True ['app', '--loud', '--', '--help']\n"


def test_a_command_that_needs_one_says_so(capsys):
    assert cli.main(["needs"]) == 2
    assert capsys.readouterr().err.startswith("obs: obs needs: no command; write it after --")


def test_a_command_that_takes_none_says_so(capsys):
    assert cli.main(["fails", "--", "app"]) == 2
    assert "takes no command" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(ObsError("x: wrong; mend it"), 2, "obs: x: wrong; mend it\n"), (KeyboardInterrupt(), 130, "")],
)
def test_how_it_ends(capsys, error, code, said):
    Fails.error = error
    assert cli.main(["fails"]) == code
    assert capsys.readouterr().err == said


def test_a_package_of_an_extra_that_is_missing_is_named_with_its_extra(capsys, monkeypatch):
    def missing(_argv):
        raise ModuleNotFoundError("No module named 'grafanalib.core'", name="grafanalib.core")

    monkeypatch.setattr(cli, "dispatch", missing)
    assert cli.main(["generate"]) == 2
    assert capsys.readouterr().err == "obs: grafanalib is not installed: pip install 'obs[generate]'\n"


def test_a_fault_of_ours_is_not_hidden():
    Fails.error = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        cli.main(["fails"])


def test_help_lists_the_first_line_of_each_docstring(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    assert "Say what came\n" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="0"):
        cli.main(["echo", "--help"])
    assert "[-- CMD …]" in capsys.readouterr().out


PRINTS = """
import sys
from obs.cli import main as cli
from obs.cli.command import Command
class Prints(Command):
    "Print."
    name = "prints"
    def run(self, options):
        print("x" * {size})
        return 0
cli.COMMANDS = (Prints(),)
sys.exit(cli.main(["prints"]))
"""


@pytest.mark.parametrize("size", [1, 100_000])
def test_a_closed_pipe_is_no_traceback(size):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", PRINTS.format(size=size)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_version_needs_no_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("obs ")
