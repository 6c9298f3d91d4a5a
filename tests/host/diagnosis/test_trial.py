"""A command that is started for a moment, and ends with all of its processes."""

from __future__ import annotations

import os
import sys

import pytest

from obs.host.diagnosis import trial
from obs.host.diagnosis.listening import members, who_listens

SERVES = """
import os, socket, sys, time
server = socket.create_server(("127.0.0.1", 0))
print("ready", os.getpid(), flush=True)
if {fork} and os.fork() == 0:
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
time.sleep(600)
"""


def run(code: str, seconds: float = 30.0, **environ: str) -> trial.Trial:
    return trial.run((sys.executable, "-c", code), {**os.environ, "OBS_SERVICE": "s", **environ}, seconds)


def test_a_server_is_stopped_when_it_serves():
    tried = run(SERVES.format(fork=False))
    assert (tried.served, tried.code) == (True, None)
    assert tried.output.startswith("ready")
    assert [report["event"] for report in tried.reports] == ["exit"]


def test_a_child_that_ignores_the_interrupt_is_stopped_too(monkeypatch):
    monkeypatch.setattr(trial, "STEPS", tuple((number, 0.5) for number, _ in trial.STEPS))
    tried = run(SERVES.format(fork=True))
    assert list(members(int(tried.output.split()[1]))) == []


def test_a_command_that_fails_has_its_code_and_its_words():
    tried = run("import sys; print('first'); sys.exit('no database')")
    assert (tried.code, tried.served, tried.output) == (1, False, "first\nno database")


def test_a_command_that_serves_nothing_is_stopped_after_a_while():
    tried = run("import time; time.sleep(600)", 3.0)  # by when it has begun, on a slow machine too
    assert (tried.code, tried.served) == (None, False)
    assert len(tried.reports) == 1


def test_a_command_that_cannot_be_started():
    with pytest.raises(OSError, match="nothere"):
        trial.run(("nothere",), dict(os.environ), 1.0)


def test_it_leaves_no_file_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run("print('x')")
    assert list(tmp_path.iterdir()) == []


def test_nobody_listens_on_a_port_that_is_free():
    assert who_listens(1) == ""
