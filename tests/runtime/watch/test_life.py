"""One thread per process: from the first hub on, again in a child, never where workers are forked, gone at the end."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run(*command: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-W", "error", *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("kind", ["plain", "patched"])
def test_the_life_of_the_thread(kind):
    # Without a loop, whose next turn it could wait for, the thread is back when 3.12 looks for threads after a fork.
    warnings = ["-W", "ignore::DeprecationWarning"] if kind == "plain" else []
    assert json.loads(run(*warnings, str(HERE / "target_life.py"), kind)) == {
        "before": 1,
        "registered": 1,  # nothing runs until somebody starts it
        "ticks": True,
        "started": 2,  # twice started is once
        "child ticks": True,
        "parent ticks after": True,
        "child of subprocess": 1,  # it is about to become a command
        "stopped": True,
        "child of a stopped one": 1,
        "ticks again": True,
        "arbiter": 1,
        "worker ticks": True,
        "arbiter after": 1,
        "faults": {},
    }


@pytest.mark.parametrize("how", ["running", "stopped"])
def test_it_does_not_hold_up_the_exit(how):
    """It sleeps for up to 0.1 s at a time, and nobody waits for that: the whole end takes less than the interpreter's
    start."""
    ended = float(run(str(HERE / "target_exit.py"), how))
    assert time.time() - ended < 2.0
