"""The call that blocks is named by its function, however the source spells it; ordinary Python is no call."""

from __future__ import annotations

import inspect
import threading
import time

import pytest

from obs.runtime.blocks import calls, shots
from obs.runtime.blocks.describe import blocking_call
from obs.runtime.blocks.known import of_module, of_name
from obs.runtime.blocks.recorder import after_all
from tests.runtime.blocks import calling


def stack_in_the_middle(function):
    """A stack of ``function`` after 30 ms of it, taken beside it; again if this thread came too late."""
    for _ in range(20):
        thread = threading.Thread(target=function)
        thread.start()
        time.sleep(0.03)
        shot = shots.take(thread.ident, 0)
        thread.join()
        if shot is not None and shot.places[0].code is function.__code__:
            return shot.places
    raise AssertionError("too late 20 times")


@pytest.mark.parametrize("function", calling.EXPECTED, ids=lambda function: function.__name__)
def test_the_call_is_named(function):
    places = stack_in_the_middle(function)
    assert calls.at(places[0]) == calling.EXPECTED[function]
    assert shots.frames(places)[0].endswith(f" {function.__name__}")


def line_of(function, text):
    source, first = inspect.getsourcelines(function)
    return first + next(number for number, line in enumerate(source) if text in line)


def test_by_its_line_alone_it_is_named_too():
    """py-spy tells no more than the line."""
    file = calling.__file__
    for function, text, expected in (
        (calling.sleep, "time.sleep", ("time.sleep", "sleep")),
        (calling.regex_global, "PATTERN", ("re.Pattern.match", "regex")),
        (calling.nested, "time.sleep", ("time.sleep", "sleep")),
        (calling.burning, "pass", ("", "")),
    ):
        assert calls.on_line(file, line_of(function, text), function.__name__) == expected
    import re

    assert calls.on_line(re.__file__, 166, "match") == ("re.match", "regex")
    assert calls.on_line("/nowhere/at/all.py", 3, "f") == ("", "")


def test_pure_python_is_in_no_blocking_call():
    """It is interrupted at calls of no matter: here of the clock."""
    places = [stack_in_the_middle(calling.burning) for _ in range(3)]
    assert blocking_call(places, idle=False) == ("", "")


def test_an_unknown_call_counts_if_no_cpu_was_used(monkeypatch):
    monkeypatch.setattr(calls.known, "CALLS", ())
    monkeypatch.setattr(calls.known, "METHODS", {})
    places = stack_in_the_middle(calling.sleep)
    calls.at.cache_clear()
    assert blocking_call([places], idle=True) == ("time.sleep", "")
    assert blocking_call([places], idle=False) == ("", "")
    calls.at.cache_clear()


def test_the_call_that_most_stacks_are_in():
    sleep, burning = stack_in_the_middle(calling.sleep), stack_in_the_middle(calling.burning)
    assert blocking_call([sleep, sleep, burning], idle=False).name == "time.sleep"
    assert blocking_call([sleep, burning, burning], idle=False) == ("", "")
    assert blocking_call([], idle=True) == ("", "")


def test_source_that_has_changed_or_is_gone_is_no_fault(tmp_path):
    file = tmp_path / "made.py"
    code = "import time\ndef f():\n    time.sleep(0.1)\n"
    namespace = {"__name__": "made"}
    exec(compile(code, str(file), "exec"), namespace)
    for text in (code, "", "x = (\n" * 3, "\0\0\0\n" * 3):
        file.write_text(text)
        calls.at.cache_clear()
        places = stack_in_the_middle(namespace["f"])
        assert calls.at(places[0]).name in ("", "time.sleep")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("time.sleep", "sleep"),
        ("_socket.socket.recv", "socket"),
        ("_socket.getaddrinfo", "dns"),
        ("posix.waitpid", "subprocess"),
        ("posix.fsync", "file"),
        ("builtins.len", ""),
        ("timetable.sleep", ""),
    ],
)
def test_names_have_kinds(name, kind):
    assert of_name(name) == kind


def test_modules_have_kinds():
    assert (of_module("json.encoder"), of_module("re"), of_module("regional")) == ("json", "regex", "")
    assert (of_module("sre_compile"), of_module("")) == ("regex", "")


def test_what_came_after_a_block_that_held_the_gil_is_told_from_it():
    """The thread that looks gets the GIL as the call returns, or in the next one that lets it go."""
    for function, expected in ((calling.sleep, True), (calling.hashing, False), (calling.burning, False)):
        assert after_all(shots.Shot(0, stack_in_the_middle(function))) is expected
