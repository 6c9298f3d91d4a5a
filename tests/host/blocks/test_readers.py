"""Who holds the GIL of another process, at once, by the outside reader."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from obs.errors import ObsError
from obs.host.blocks.readers import Readers

HANGS = """
import re
def handler():
    print("in", flush=True)
    re.match("(a+)+$", "a" * 60 + "b")
def label(call):
    call()
label.__code__ = label.__code__.replace(co_name="GET /hang", co_qualname="GET /hang", co_filename="<obs>")
label(handler)
"""


@pytest.fixture
def hung() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield process.pid
        process.kill()


def begun(readers: Readers, pid: int):
    readers.follow({pid})
    until = time.monotonic() + 60
    while (found := readers.dump(pid)) is None or [each[2] for each in found[0].frames[:1]] != ["match"]:
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


def test_the_stack_that_holds_the_gil_with_its_work(hung):
    readers = Readers(None)
    dump, _ = begun(readers, hung)
    assert dump.work == "GET /hang"
    assert [function for _, _, function in dump.frames[:3]] == ["match", "handler", "GET /hang"]
    readers.follow(set())
    assert readers.dump(hung) is None


def test_a_process_that_cannot_be_read_has_none():
    asked = []

    def refuse(pid, cache):
        asked.append(pid)
        raise ObsError("no")

    readers = Readers(None, refuse)
    readers.follow({1})
    until = time.monotonic() + 30
    while not asked:
        assert time.monotonic() < until
        time.sleep(0.01)
    readers.follow({1})
    assert (readers.dump(1), asked) == (None, [1])


def test_the_layout_of_one_that_may_not_be_read_is_published():
    """Another may: root, or one with the capability."""
    told: list[str] = []

    def refuse(pid, cache):
        told.append("read")
        raise ObsError("no")

    readers = Readers(None, refuse, lambda _: told.append("published"))
    readers.follow({1})
    until = time.monotonic() + 30
    while len(told) < 2:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert told == ["published", "read"]
