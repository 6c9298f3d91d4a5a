"""Who ran lately, by the log: the same as the stretch's record says, without bringing that up to date."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.runtime.accounting.account import Account
from obs.runtime.accounting.clock import CHUNKS, Clock
from obs.runtime.accounting.segments import settle
from obs.runtime.interference.logged import MOST, lately, retell
from obs.runtime.interference.ran import UNATTRIBUTED, Ran
from obs.work import Work

MS = 1_000_000


@pytest.fixture
def clock():
    return made()


def made(*ran):
    """A clock that ran ``(ms, name)`` one after another, in chunks of three."""
    clock = Clock(1, SimpleNamespace(), 0)
    end = 0.0
    for length, name in ran:
        end += length / 1e3
        clock.log += [end, Account(clock, None, Work("request", name))]
        if len(clock.log) == 6:
            clock.past.append(clock.log)
            clock.log = []
    clock.at = clock.logged = end
    return clock


def test_each_name_once_with_what_it_ran_in_between():
    clock = made((5, "a"), (10, "b"), (10, "a"), (10, "b"), (10, "c"))
    assert dict(lately(clock, 20 * MS, 40 * MS)) == {"a": 5 * MS, "b": 10 * MS, "c": 5 * MS}


def test_what_was_before_the_stretch_is_left_out():
    clock = made((10, "a"), (10, "b"), (10, "c"))
    clock.stretch = 15 * MS
    assert dict(lately(clock, 10 * MS, 30 * MS)) == {"b": 5 * MS, "c": 10 * MS}


def test_a_log_that_does_not_reach_back_says_so():
    clock = made((10, "a"), (10, "b"))
    assert lately(clock, 5 * MS, 20 * MS) is None
    assert lately(made(), 5 * MS, 20 * MS) is None


def test_too_many_segments_are_not_walked():
    clock = made(*[(1, "a")] * (MOST + 10))
    assert lately(clock, 5 * MS, 100 * MS) is None
    assert lately(clock, 100 * MS, 120 * MS) == [("a", 20 * MS)]


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from("abc")), min_size=2, max_size=40), st.data())
def test_it_says_what_the_record_of_the_stretch_says(ran, data):
    clock = made(*ran)
    end = data.draw(st.integers(1, sum(ms for ms, _ in ran)))
    start = data.draw(st.integers(0, end - 1))
    quick = lately(clock, start * MS, end * MS)
    retell(clock)
    exact = {}
    for name, ns in Ran(0).between(clock, start * MS, end * MS):
        exact[name] = exact.get(name, 0) + ns
    assert quick is None or dict(quick) == exact
    assert quick is not None or start < ran[0][0]


def test_segments_tell_who_ran_in_the_stretch_each_once(clock):
    account = Account(clock, None, Work("job", "victim"))
    clock.log += [0.01, account, 0.02, clock.loop, 0.03, account]
    clock.stretch = 15 * MS
    retell(clock)
    assert clock.segments == [(20 * MS, "(loop)"), (30 * MS, "victim")]
    retell(clock)
    assert len(clock.segments) == 2
    clock.log += [0.05, account]
    retell(clock)
    assert clock.segments[2:] == [(50 * MS, "victim")]


def test_who_ran_before_the_log_begins_is_not_known():
    clock = made(*[(1, "a")] * (3 * CHUNKS + 6))
    retell(clock)
    assert [who for _, who in clock.segments[:2]] == [UNATTRIBUTED, "a"]
    assert clock.segments[0][0] == 7 * MS


def test_long_segments_that_are_settled_one_by_one_are_all_remembered(clock):
    account = Account(clock, None, Work("request", "long"))
    for number in range(1, 4 * CHUNKS):
        clock.log += [number * 0.003, account]
        settle(clock, number * 0.003)
    retell(clock)
    assert [end for end, _ in clock.segments] == [number * 3 * MS for number in range(1, 4 * CHUNKS)]
