"""A recording by the real py-spy: ended when told to, or by the end of the process."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from obs.host.pyspy.program import program
from obs.host.pyspy.recording import Recording

pytestmark = pytest.mark.real

BUSY = "import sys\ndef busy():\n    while True: pass\nprint(flush=True)\nbusy()\n"


@pytest.fixture
def busy():
    if program() is None and not os.environ.get("CI"):
        pytest.skip("py-spy is not installed")
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


def functions(recorded):
    return {seen.stack[-1].function for seen in recorded.seen}


def test_it_ends_when_it_is_told_to(busy):
    recording = Recording(busy.pid, 100, 60.0)
    time.sleep(1.5)
    assert not recording.over
    recording.end()
    assert "busy" in functions(recording.result())


def test_the_end_of_the_process_is_its_end(busy):
    recording = Recording(busy.pid, 100, 60.0)
    time.sleep(1.5)
    busy.kill()
    assert "busy" in functions(recording.result())


def test_what_is_no_python_is_refused():
    with subprocess.Popen(["sleep", "30"]) as process:
        assert "python version" in Recording(process.pid, 100, 60.0).result().refused
        process.kill()
