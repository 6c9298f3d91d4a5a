"""py-spy's answer: the thread that holds the GIL, by its label; or why there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from obs.host.blocks import pyspy
from obs.host.blocks.pyspy import Dump, Dumping, parse

OBS = str(Path(pyspy.__file__).parents[2])


def thread(*frames, owns_gil=False):
    shown = [{"filename": file, "line": line, "name": name} for file, line, name in frames]
    return {"owns_gil": owns_gil, "frames": shown}


def test_the_thread_that_holds_the_gil_is_taken():
    answer = json.dumps([thread(("a.py", 1, "a"), ("<obs>", 1, "GET /")), thread(("b.py", 2, "b"), owns_gil=True)])
    assert parse(0, answer.encode(), b"") == Dump((("b.py", 2, "b"),))


def test_else_one_that_bears_a_label():
    answer = json.dumps([thread(("b.py", 2, "b")), thread(("a.py", 1, "a"), ("<obs>", 1, "GET /"))])
    assert parse(0, answer.encode(), b"").work == "GET /"


def test_obs_s_own_frames_are_left_out_but_for_the_label():
    dump = Dump(((f"{OBS}/runtime/x.py", 1, "x"), ("/srv/app.py", 2, "f"), ("<obs>", 3, "GET /")))
    assert dump.texts == ("/srv/app.py:2 f", "<obs> GET /")
    assert (dump.at, dump.work) == ("/srv/app.py:2 f", "GET /")


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (b"Permission Denied: Try running again with elevated permissions", "ptrace is not permitted (obs doctor says"),
        (b"Error: Failed to open\n\nCaused by:\n  Operation not permitted (os error 1)", "ptrace is not permitted"),
        (b"Error: Failed to find python version\nCaused by", "py-spy: Failed to find python version"),
        (b"", "py-spy: it says nothing"),
    ],
)
def test_a_refusal_is_a_reason(errors, expected):
    assert parse(1, b"", errors).refused.startswith(expected)


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'[{"owns_gil": true}]', b"nonsense"])
def test_an_answer_that_makes_no_sense_is_a_reason_too(answer):
    assert parse(0, answer, b"").refused


def dumped(pid):
    dumping = Dumping(pid)
    while (dump := dumping.result()) is None:
        time.sleep(0.01)
    return dump


@pytest.mark.real
def test_a_process_that_holds_the_gil_is_seen():
    if pyspy.program() is None and not os.environ.get("CI"):
        pytest.skip("py-spy is not installed")
    source = "import re\nfrom obs.labels import label\nlabel('GET /x')(lambda: re.match(r'(a+)+$', 'a' * 40 + 'b'))\n"
    with subprocess.Popen([sys.executable, "-c", source]) as process:
        try:
            end = time.monotonic() + 20
            while (dump := dumped(process.pid)).work != "GET /x" and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            process.kill()
    assert dump.work == "GET /x"
    assert dump.call == ("re.match", "regex")
    assert dump.frames[0][2] == "match"


@pytest.mark.real
def test_a_process_that_is_gone_is_a_reason():
    assert dumped(2**22 + 1).refused.startswith("py-spy:")
