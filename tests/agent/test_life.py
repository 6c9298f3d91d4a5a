"""One agent per process that lasts: from its metric file on, again in a child, never in an arbiter, gone at the end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("kind", ["plain", "patched"])
def test_the_life_of_the_agent(kind, tmp_path):
    """No warning of threads at a fork either, which 3.12 would give: warnings are errors."""
    # A thread that ends later than a fork waits for it leaves its socket to the collector: descriptors are counted.
    warnings = ["-W", "error", "-W", "ignore::ResourceWarning"]
    command = [sys.executable, *warnings, str(HERE / "target_life.py"), kind, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout) == {
        "before": [1, 0],
        "no file": [1, 0],  # the store has none yet: nobody could find the socket
        "serving": [2, 1],  # twice started is once
        "answers": True,
        "child": [True, 2],
        "parent goes on": True,
        "child of subprocess": [1, 1 + 1],  # it is about to become a command; the first child left its socket
        "descriptors as before 20 forks": True,
        "off": [True, 0],
        "swept, and on again": [1, True],
        "arbiter": [1, 0],
        "worker": True,
        "one job's child": [[1, 0, 2], True],  # whose worker has none any more; its own when it has lasted
        "who forks for each job": [1, 0],
        "faults": {},
    }
    assert len(list(tmp_path.glob("*.agent"))) == 1  # the last child's; the worker's it has swept as it started


@pytest.mark.parametrize("way", ["exit", "kill"])
def test_what_is_left_at_the_end(way, tmp_path):
    """Nothing after an exit; what a killed process leaves, the next one sweeps."""
    program = (
        "import sys; from pathlib import Path; from obs.agent import install, start\n"
        "from obs.metrics import active; from obs.metrics.store import Identity\n"
        "active.store().attach(Path(sys.argv[1]), Identity('s'))\n"
        "class S: agent = True\n"
        "install(S()); start(); print('on', flush=True); sys.stdin.read()"
    )

    def started() -> subprocess.Popen[str]:
        made = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert made.stdout is not None
        assert made.stdout.readline() == "on\n"
        return made

    def sockets() -> int:
        return len(list(tmp_path.glob("*.agent")))

    first = started()
    assert sockets() == 1
    if way == "kill":
        first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)
    assert sockets() == (way == "kill")
    second = started()
    assert sockets() == 1
    second.communicate(timeout=30)
    assert sockets() == 0
