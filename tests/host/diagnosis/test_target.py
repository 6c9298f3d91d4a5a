"""Which Python runs a command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from obs.host.diagnosis.target import PACKAGES, Target, flags, interpreter


@pytest.fixture
def script(tmp_path):
    def write(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return write


def test_no_command_is_this_python():
    assert interpreter((), {}) == (sys.executable, ())


def test_a_python_by_name_with_its_flags():
    path = str(Path(sys.executable).parent)
    found, seen = interpreter((Path(sys.executable).name, "-u", "-m", "app", "-I"), {"PATH": path})
    assert (Path(found).parent, seen) == (Path(path), ("-u",))


def test_a_script_by_its_first_line(script):
    command = (script("app", f"#!{sys.executable} -E\n"), "-S")
    assert interpreter(command, {}) == (sys.executable, ("-E",))


def test_a_script_by_env(script):
    path = str(Path(sys.executable).parent)
    name = Path(sys.executable).name
    found, _ = interpreter((script("app", f"#!/usr/bin/env {name}\n"),), {"PATH": path})
    assert Path(found).parent == Path(path)


@pytest.mark.parametrize("text", ["#!/bin/sh\nexec python app.py\n", "", "\x7fELF", "#!\n", "#!/usr/bin/env\n"])
def test_what_cannot_be_told_is_this_python(script, text):
    assert interpreter((script("app", text),), {}) == (sys.executable, ())


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("app.py", "-I"), ()),
        (("-I", "app.py"), ("-I",)),
        (("-W", "error", "-E", "-m", "x"), ("-W", "-E")),
        (("-Werror", "-X", "dev", "-c", "-S"), ("-Werror", "-X")),
        (("-Im", "x", "-E"), ("-Im",)),
        (("-", "-I"), ()),
    ],
)
def test_flags_end_where_the_program_begins(arguments, found):
    assert flags(arguments) == found


def test_the_interpreter_is_asked_for_its_versions():
    target = Target.of((), {})
    assert target.version == ".".join(map(str, sys.version_info[:3]))
    assert set(target.packages) == set(PACKAGES)
    assert target.problem == ""


def test_one_that_cannot_answer_says_why(script):
    target = Target.of((script("python", "#!/bin/sh\nexit 3\n"),), {})
    assert "returned non-zero exit status 3" in target.problem
