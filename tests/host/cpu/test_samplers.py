"""Who is asked for CPU stacks, in which order, and what is said of those who can't."""

from __future__ import annotations

from typing import get_args

import pytest

from obs.cli.profile import record
from obs.errors import ObsError
from obs.host.cpu import samplers
from obs.host.cpu.recorded import Asked
from obs.host.cpu.samplers import SAMPLERS, Sampler, begin, wanted
from obs.host.cpu.streams import Streams
from obs.profiling.session import Source

ASKED = Asked(7, 100, 1.0)
STREAMS = Streams(100)


def can(_streams, asked):
    return f"of {asked.pid}"


def refuses(_streams, _asked):
    raise ObsError("it is strange")


@pytest.fixture
def listed(monkeypatch):
    return lambda *found: monkeypatch.setattr(samplers, "SAMPLERS", found)


def test_the_first_that_can_is_taken_and_nothing_is_said(listed):
    listed(Sampler("reader", can, native=False), Sampler("py-spy", refuses, native=True))
    assert begin(STREAMS, ASKED) == ("of 7", "", "")


def test_the_next_stands_in_and_it_is_said_why(listed):
    listed(Sampler("reader", refuses, native=False), Sampler("py-spy", can, native=True))
    begun = begin(STREAMS, ASKED)
    assert begun.recording == "of 7"
    assert begun.note == " was looked at by py-spy, since it is strange"


def test_who_is_not_wanted_is_not_asked(listed):
    listed(Sampler("reader", refuses, native=False), Sampler("py-spy", can, native=True))
    assert begin(STREAMS, ASKED, "py-spy").note == ""
    assert begin(STREAMS, ASKED, "reader") == (None, "it is strange", "")


def test_machine_code_is_seen_by_those_who_say_so():
    assert [each.name for each in wanted(ASKED, "")] == ["reader", "py-spy"]
    assert [each.name for each in wanted(ASKED._replace(native=True), "")] == ["py-spy"]


def test_what_they_are_called_is_a_sessions_source():
    assert {each.name for each in SAMPLERS} <= set(get_args(Source))


def test_the_command_knows_them_all():
    assert tuple(each.name for each in SAMPLERS) == record.SAMPLERS


def test_a_py_spy_that_is_not_installed_is_said_to_be(monkeypatch):
    monkeypatch.setattr(samplers.pyspy, "program", lambda: "/nowhere/py-spy")
    with pytest.raises(ObsError, match=r"py-spy, which obs\[host\] installs, can't be started: No such file"):
        samplers.by_pyspy(STREAMS, ASKED)
