"""Streams go on from one recording to the next, end with their process, and are begun again for another program."""

from __future__ import annotations

import os

import pytest

from obs.host.cpu.recorded import Asked
from obs.host.cpu.streams import Reading, Streams, remarks
from obs.profiling.outside.seen import Seen
from obs.profiling.reader import ForbiddenError, ReaderError, Sampled
from obs.profiling.session import Frame

SEEN = Seen(1, "", (Frame("burn", "/srv/app.py", 1),), 3)


class Fake:
    """A stream that has seen one thing more each time that it is asked."""

    def __init__(self, pid, _cache):
        self.pid, self.ended, self.is_current, self.taken, self.closed = pid, "", True, 0, False

    def look(self):
        pass

    def take(self):
        self.taken += 1
        return Sampled((SEEN,), looks=self.taken, seconds=1.0, cpu=0.5)

    def close(self):
        self.closed = True


def streams(read=Fake):
    return Streams(1, read=read)


def asked(pid=1):
    return Asked(pid, 1, 1.0)


@pytest.fixture
def some():
    found = streams()
    yield found
    found.close()


def test_a_recording_begins_where_the_one_before_has_ended(some):
    first, second = some.record(asked()), some.record(asked())
    assert first._stream is second._stream
    first.end()
    second.end()
    assert first._sampled.looks == 1
    assert second._sampled.looks == 2


def test_what_was_seen_before_it_begins_can_be_forgotten(some):
    reading = some.record(asked())
    reading.begin()
    assert reading.result().cpu == 0.5
    assert reading._sampled.looks == 2


def test_another_program_is_another_stream(some):
    before = some.record(asked())._stream
    before.is_current = False  # it has done an exec, or its pid is another process's
    assert some.record(asked())._stream is not before
    assert before.closed


def test_those_that_are_not_kept_are_closed(some):
    one, two = some.record(asked(1)), some.record(asked(2))
    some.keep({2})
    assert (one._stream.closed, two._stream.closed) == (True, False)


def test_a_build_that_is_not_understood_is_asked_once_and_permission_again(some):
    tried = []

    def refuse(error):
        def read(_pid, _cache):
            tried.append(error)
            raise error

        return read

    for error, times in ((ReaderError("strange"), 1), (ForbiddenError("not allowed"), 2)):
        tried.clear()
        found = streams(refuse(error))
        for _ in range(2):
            with pytest.raises(ReaderError):
                found.record(asked())
        assert len(tried) == times


def test_a_process_that_ends_is_over_and_what_was_seen_of_it_stays(some):
    reading = some.record(asked())
    reading._stream.ended = "it has ended"
    assert reading.over
    assert reading.result().seen == (SEEN,)
    assert reading.result().refused == ""


def test_one_that_ends_before_it_was_looked_at_is_refused():
    stream = Fake(1, None)
    stream.ended, stream.take = "it has ended", Sampled
    assert Reading(stream, 100).result().refused == "it has ended"


@pytest.mark.parametrize(
    ("sampled", "said"),
    [
        (Sampled(looks=990, seconds=10.0), ""),
        (Sampled(looks=400, seconds=10.0), " was looked at 40 times a second, not 100"),
        (Sampled(looks=5, seconds=0.2), ""),  # too short to tell
        (Sampled(looks=1000, seconds=10.0, cut=30), ": 30% of its stacks lack innermost functions"),
    ],
)
def test_what_is_to_be_known_of_the_looks(sampled, said):
    assert "".join(remarks(sampled, 100, 100)).startswith(said)
    assert bool(list(remarks(sampled, 100, 100))) == bool(said)


def test_a_real_process_is_looked_at_until_it_is_left():
    found = Streams(200)
    try:
        reading = found.record(asked(os.getpid()))
        while reading._stream._sampler.looks < 3:
            sum(range(1000))
        reading.end()
    finally:
        found.close()
    assert reading.result().source == "reader"
    assert reading.over
