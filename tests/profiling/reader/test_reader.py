"""The stacks of a process's threads, while it runs."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from obs.profiling.reader import Reader, ReaderError, probing
from obs.profiling.reader.kernel import Clock
from obs.profiling.reader.memory import Pieces, UnreadableError, many
from obs.profiling.reader.program import forbidden

HERE = Path(__file__).parent


def looks(pid: int, number: int):
    """So many stacks of the thread that runs, over some time of its; the share that was torn is asserted."""
    reader, found, torn = Reader(pid), [], 0
    until = time.monotonic() + 60
    while not any(frame.function == "work" for each in reader.look().threads for frame in each.stack):
        assert time.monotonic() < until  # it has said that it is ready, and then begins
    clock, used = Clock(pid), 0
    for at in range(number):
        while at % 20 == 0 and clock.now() == used:  # on a busy machine it may have no CPU for a while
            assert time.monotonic() < until
        look = reader.look(idle=False)
        used = clock.now() if at % 20 == 19 else used
        torn += look.torn
        found += look.threads
    reader.close()
    assert torn <= number / 100
    return found


def test_stacks_of_a_busy_process_are_whole_and_true(start):
    pid, _ = start("busy", "60", "3")
    found = looks(pid, 600)
    stacks = Counter(tuple(frame.function for frame in each.stack) for each in found)
    outer = ("work", *["deep"] * 61, "<module>")
    assert {stack[-63:] for stack in stacks} == {outer}
    allowed = {(), ("by_leaf",), ("leaf", "by_leaf"), ("by_other",), ("other", "by_other")}
    assert {stack[:-63] for stack in stacks} <= allowed
    assert stacks[("leaf", "by_leaf", *outer)] > 60
    assert stacks[("other", "by_other", *outer)] > 6


def test_lines_are_those_that_run(start):
    pid, _ = start("busy", "2", "0")
    lines = {(each.stack[0].function, each.stack[0].line) for each in looks(pid, 200)}
    assert {line for function, line in lines if function == "leaf"} <= {9, 10, 11, 12, 13}
    assert any(function == "leaf" and line in (11, 12) for function, line in lines)


def test_frames_that_replace_each_other_are_not_mixed_up(start):
    """Functions of 50 ns: at most one look in a thousand shows a stack that was not (0 to 2 of 20,000, measured)."""
    pid, _ = start("tiny")
    text = (HERE / "target_tiny.py").read_text().splitlines()
    a, b, c = (text.index(f"        {name}()") + 1 for name in ["a1", "b1", "c"])
    true = {
        ("work",): {a - 1, a, b, c},
        ("a1", "work"): {a},
        ("a2", "a1", "work"): {a},
        ("b1", "work"): {b},
        ("b2", "b1", "work"): {b},
        ("c", "work"): {c},
    }
    found = looks(pid, 1000)
    assert {each.stack[-1].function for each in found} == {"<module>"}
    inside = [each.stack[:-1] for each in found]
    stacks = Counter((tuple(frame.function for frame in stack), stack[-1].line) for stack in inside)
    wrong = {key: count for key, count in stacks.items() if key[1] not in true.get(key[0], ())}
    assert sum(wrong.values()) <= 2, wrong
    assert len(found) > 900


def test_threads_that_sleep_are_seen_if_asked_for(start):
    pid, _ = start("busy", "1", "3")
    reader = Reader(pid)
    every = reader.look().threads
    given_up, running = time.monotonic() + 20, reader.look(idle=False).threads
    while not any(each.holds_gil for each in running):  # it is given away now and then
        assert time.monotonic() < given_up
        running = reader.look(idle=False).threads
    assert len(every) == 4
    assert sorted(each.stack[0].function for each in every)[-3:] == ["sleeps"] * 3
    assert [each.thread for each in running if each.holds_gil] == [pid]
    reader.close()


def test_who_holds_the_gil_in_c_is_seen_in_its_line(start):
    code = "import re\nprint('x', flush=True)\nre.match('(a+)+$', 'a' * 60 + 'b')"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            reader = Reader(process.pid)
            given_up = time.monotonic() + 20
            while not (found := [each for each in reader.look().threads if each.holds_gil and len(each.stack) > 1]):
                assert time.monotonic() < given_up
        finally:
            process.kill()
    (seen,) = found
    assert (seen.stack[0].function, seen.stack[-1].line, seen.state) == ("match", 3, "R")


def test_what_is_no_python_is_refused_with_the_reason():
    with subprocess.Popen(["/bin/sleep", "60"]) as other:
        try:
            with pytest.raises(ReaderError, match="only CPython's own program"):
                Reader(other.pid)
        finally:
            other.kill()


def test_a_process_that_is_gone_is_said_to_be(start):
    with subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1) as process:
        assert process.stdout
        process.stdout.readline()
        reader = Reader(process.pid)
        process.kill()
        process.wait()
        with pytest.raises((ProcessLookupError, OSError)):
            reader.look()
    with pytest.raises(ReaderError, match="has ended"):
        Reader(process.pid)


@pytest.mark.parametrize(
    ("scope", "fix"),
    [(None, "CAP_SYS_PTRACE"), ("0\n", "CAP_SYS_PTRACE"), ("1\n", "obs run"), ("2\n", "to 1"), ("3\n", "root too")],
)
def test_what_to_grant_is_told_by_what_forbids_it(tmp_path, scope, fix):
    """Seen on a kernel with Yama: at 2 nobody can be named any more, at 3 root is refused too."""
    file = tmp_path / "scope"
    if scope is not None:
        file.write_text(scope)
    assert fix in str(forbidden(7, file))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not look")
def test_who_may_not_look_is_told_what_to_grant(start):
    pid, _ = start("busy", "1", "0")
    code = f"""
import os
from obs.profiling.reader import Reader, ReaderError, probing
from obs.profiling.reader.kernel import Clock
from obs.profiling.reader.memory import Pieces, UnreadableError, many
from obs.profiling.reader.program import forbidden
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    Reader({pid})
except ReaderError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "CAP_SYS_PTRACE" in said.stdout, said
    assert said.stdout.count("\n") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start somebody else's process")
def test_another_users_process_is_probed_as_that_user(tmp_path, monkeypatch):
    """Its interpreter is whatever it says: root must not run it as root."""
    monkeypatch.setattr(probing, "_known", {})
    cache = tmp_path / "cache"
    python = os.path.realpath(sys.executable)
    if not all(path.stat().st_mode & 1 for path in Path(python).parents):
        pytest.skip("this interpreter is in a folder that others can't reach")
    command = [python, "-c", "print(1, flush=True); input()"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, user=65534, group=65534, extra_groups=[]) as process:
        assert process.stdout
        process.stdout.readline()
        Reader(process.pid, cache).close()
        process.kill()
    assert len(list(cache.glob("*.json"))) == 1


def test_what_is_only_partly_there_is_not_there():
    """The kernel then returns how many bytes it has copied, and no error."""
    there = ctypes.create_string_buffer(b"12345678", 8)
    pieces = Pieces(os.getpid(), [(ctypes.addressof(there), 8), (4096, 8)])
    with pytest.raises(UnreadableError):
        pieces.read()
    assert many(os.getpid(), pieces.places) == [b"12345678", b""]


def test_a_code_object_that_is_another_by_now_is_forgotten(start):
    pid, _ = start("busy", "2", "0")
    reader = Reader(pid)
    while not reader.codes._codes:
        reader.look()
    assert reader.codes.check() == 0
    address, code = next((at, each) for at, each in reader.codes._codes.items() if each is not None)
    code.head = b"another's"
    assert reader.codes.check() == 0  # as it was when it began to be watched
    reader.codes._watched = None
    assert reader.codes.check() == 1
    assert address not in reader.codes._codes
    assert all(place[0] != address for place in reader.codes._frames)
