"""Why a process gives no sign of life, by the letters of /proc."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from obs.host.blocks.state import State, state


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("S", "WAITS"),
        ("D", "WAITS"),
        ("R", "STARVED"),
        ("T", "STOPPED"),
        ("t", "STOPPED"),
        ("Z", "GONE"),
        ("X", "GONE"),
    ],
)
def test_the_letter_says_it(tmp_path, letter, expected):
    folder = tmp_path / "7" / "task" / "8"
    folder.mkdir(parents=True)
    (folder / "stat").write_text(f"8 (a (strange) S name) {letter} 1 7 7 0 -1")
    assert state(7, 8, tmp_path) is State[expected]


def test_what_is_not_there_or_makes_no_sense_is_gone(tmp_path):
    assert state(7, 8, tmp_path) is State.GONE
    folder = tmp_path / "7" / "task" / "8"
    folder.mkdir(parents=True)
    (folder / "stat").write_text("")
    assert state(7, 8, tmp_path) is State.GONE


def test_a_stopped_process_is_seen_as_such():
    with subprocess.Popen(["/bin/sleep", "30"]) as process:
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        found = state(process.pid, process.pid)
        process.kill()
    assert found is State.STOPPED
