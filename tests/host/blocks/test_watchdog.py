"""A real service under ``obs run``: what holds its GIL is seen from outside; what never ends is told when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from obs.host.blocks import pyspy
from tests.host.launched import Launched, until

pytestmark = pytest.mark.real
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def py_spy():
    if pyspy.program() is None and not os.environ.get("CI"):
        pytest.skip("py-spy is not installed")


@pytest.fixture
def service(tmp_path):
    started = []

    def start(*command):
        started.append(Launched(tmp_path, *command))
        return started[-1]

    yield start
    for launched in started:
        if launched.process.poll() is None:
            launched.stop()


def target(what):
    return sys.executable, str(HERE / "target_blocks.py"), what


def blocks(launched, *options):
    """What ``obs blocks --json`` says of it."""
    command = [sys.executable, "-P", "-m", "obs", "blocks", "--json", *options]
    environ = {**os.environ, "OBS_RUNTIME_DIR": str(launched.runtime)}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environ)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def of_work(launched, name):
    """The block of that work, once it has a stack from outside."""
    found = [block for block in blocks(launched) if block["work"] == name]
    assert len(found) <= 1, "each block once"
    return found[0] if found and any(stack["outside"] for stack in found[0]["stacks"]) else {}


def test_a_block_that_holds_the_gil_has_its_stack(service):
    launched = service(*target("regex")).says("done")
    block = until(lambda: (found := of_work(launched, "regex")) and found["ended"] and found)
    assert (block["gil_held"], block["call"], block["doing"]) == (True, "re.match", "regex")
    outside = next(stack for stack in block["stacks"] if stack["outside"])
    assert outside["frames"][0].endswith(" match")
    assert "<obs> regex" in outside["frames"]
    assert "target_blocks.py" in block["at"]
    assert 0 <= outside["at"] <= block["duration"]
    assert block["own"][0].endswith(" match")


def test_a_process_that_is_killed_in_a_block_is_told_of(service):
    """Its parent lives on, as gunicorn's arbiter would."""
    shell = "import subprocess, sys, time; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True); p.wait(); "
    shell += "print('ended', flush=True); time.sleep(60)"
    launched = service(sys.executable, "-S", "-c", shell, *target("forever"))
    pid = int(until(lambda: launched.out.strip()))
    block = until(lambda: of_work(launched, "forever"))
    assert (block["ended"], block["pid"]) == (False, pid)
    os.kill(pid, signal.SIGKILL)
    launched.says("ended")
    block = until(lambda: of_work(launched, "forever"))
    assert (block["ended"], block["gil_held"]) == (False, True)
    assert block["call"] == "re.match"


def test_a_process_that_is_killed_in_a_sleep_has_noted_it_itself(service):
    shell = "import subprocess, sys, time; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True); p.wait(); "
    shell += "print('ended', flush=True); time.sleep(60)"
    launched = service(sys.executable, "-S", "-c", shell, *target("sleep"))
    pid = int(until(lambda: launched.out.strip()))
    until(lambda: [block for block in blocks(launched) if block["work"] == "stuck"])
    os.kill(pid, signal.SIGKILL)
    launched.says("ended")
    (block,) = [block for block in blocks(launched) if block["work"] == "stuck"]
    assert (block["ended"], block["kind"], block["call"], block["pid"]) == (False, "job", "time.sleep", pid)


def test_a_thread_that_holds_the_gil_while_the_loop_sleeps_is_seen(service):
    launched = service(*target("thread")).says("done")
    block = until(lambda: next((b for b in blocks(launched) if b["ended"] and b["call"] == "re.match"), None))
    assert block["gil_held"]
    assert block["work"] in ("(unattributed)", "(loop)")


def test_an_idle_service_is_left_alone(service):
    launched = service(*target("idle")).says("done")
    os.kill(launched.process.pid, 0)
    until(lambda: launched.health()["host"]["seconds"] > 4)
    assert [block for block in blocks(launched) if block["work"] != "(unattributed)"] == []
