"""``obs run``'s options are the settings of the same names, read and checked in one place."""

from __future__ import annotations

import argparse

import pytest

from obs.cli.main import COMMANDS, build
from obs.cli.run import Run, settings


def options(*arguments: str) -> argparse.Namespace:
    return build().parse_args(["run", *arguments])


def test_it_is_a_command():
    assert any(isinstance(command, Run) for command in COMMANDS)


def test_without_options_the_environment_is_as_it_was():
    assert settings(options(), {"OBS_PORT": "1", "HOME": "/h"}) == {"OBS_PORT": "1", "HOME": "/h"}


@pytest.mark.parametrize("name", ["service", "env", "version", "host", "port"])
def test_an_option_is_the_variable_and_wins(name):
    variable = f"OBS_{name.upper()}"
    assert settings(options(f"--{name}", "given"), {variable: "before"}) == {variable: "given"}


def test_a_profile_is_asked_for_without_a_value():
    assert settings(options("--profile"), {"OBS_PROFILE": "false"}) == {"OBS_PROFILE": "true"}
    assert settings(options(), {"OBS_PROFILE": "false"}) == {"OBS_PROFILE": "false"}


def test_a_wrong_value_is_no_error_of_the_command_line():
    """It is said by what reads the settings, and the service still starts."""
    assert settings(options("--port", "http"), {}) == {"OBS_PORT": "http"}


def test_an_unknown_option_is_an_error_before_anything_starts(capsys):
    with pytest.raises(SystemExit, match="2"):
        options("--prot", "1")
    assert "--prot" in capsys.readouterr().err


def test_it_runs_the_command_with_the_settings(monkeypatch):
    launched = []
    monkeypatch.setattr("obs.host.launcher.launch", lambda *arguments: launched.append(arguments) or 7)
    monkeypatch.setattr("os.environ", {"A": "b"})
    assert Run().run(argparse.Namespace(**{**vars(options("--env", "test")), "command": ["true", "--"]})) == 7
    assert launched == [(["true", "--"], {"A": "b", "OBS_ENV": "test"})]
