"""Stacks are taken at the threshold and then at twice the age of the one before; an idle loop is left alone."""

from __future__ import annotations

import _thread

import pytest

from obs.runtime.blocks import course as courses
from obs.runtime.blocks.course import Course, running
from obs.work import Work

MS = 1_000_000
WORK = Work("request", "GET /")


class Clock:
    """A clock whose thread is the test's own: a stack can be had of it at any time."""

    thread_id = _thread.get_ident()
    born = -1

    def __init__(self, last=0, *, running=None, hub=False, polling=0, polled=0):
        self.last, self.running, self.idle_hub = last, running, hub
        self.polling, self.polled = polling, polled


def test_who_runs():
    assert running(Clock(5, running=WORK)) == (5, WORK)
    assert running(Clock(5)) == (5, "(unattributed)")
    assert running(Clock(5, hub=True, polling=9, polled=7)) == (0, "(idle)"), "it polls"
    assert running(Clock(5, hub=True, polling=7, polled=9)) == (9, "(loop)"), "its callbacks run since it has polled"
    assert running(Clock(11, hub=True, polling=7, polled=9)) == (11, "(loop)"), "since it was switched to"


def test_before_the_loop_has_run_nothing_is_blocked():
    clock = Clock(5, running=WORK)
    clock.born = clock.polling
    assert running(clock) == (0, "(idle)")


def test_what_changes_while_it_is_read_has_just_begun():
    class Racing(Clock):
        @property
        def running(self):
            self.last = 8
            return WORK

        @running.setter
        def running(self, _):
            pass

    assert running(Racing(5)) == (0, "(idle)")


@pytest.fixture
def course():
    """Of a loop that has been blocked a moment ago."""
    course = Course(Clock(1 * MS, running=WORK), 20 * MS)
    course.alert(10**12)
    return course


def look_until(course, end):
    """Look whenever it asks to; returns the times."""
    now, times = course.clock.last, []
    while now < end:
        times.append(now // MS)
        now = course.look(now)
    return times


def test_it_looks_when_what_runs_is_as_old_as_the_threshold_and_then_seldom(course):
    assert look_until(course, 1000 * MS) == [1, 21, 41, *range(81, 1000, 40)]
    assert [shot.at // MS for shot in course.shots] == [21, 41, 81, 161, 321, 641]


def test_the_stacks_of_one_block_are_bounded(course):
    look_until(course, 10**11)
    assert len(course.shots) == courses.MOST


def test_a_loop_that_turns_is_looked_at_once_per_threshold_and_has_no_stack(course):
    now = 0
    for _ in range(50):
        course.clock.last = now - 3 * MS
        later = course.look(now)
        assert later - now == 17 * MS
        now = later
    assert list(course.shots) == []


def test_a_loop_without_blocks_is_looked_at_seldom_until_it_has_one():
    course = Course(Clock(1 * MS, running=WORK), 20 * MS)
    assert course.look(2 * MS) == 202 * MS
    assert course.look(202 * MS) == 242 * MS  # what has run since is a block
    assert len(course.shots) == 1


def test_an_idle_loop_is_looked_at_half_as_often():
    course = Course(Clock(hub=True, polling=2, polled=1), 20 * MS)
    course.alert(10**12)
    assert course.look(100 * MS) == 140 * MS
    assert list(course.shots) == []


def test_a_late_look_takes_one_stack_not_all_it_has_missed(course):
    course.look(1 * MS)
    assert course.look(500 * MS) == 540 * MS
    assert len(course.shots) == 1


def test_stacks_are_found_by_their_block(course):
    look_until(course, 100 * MS)
    course.clock.last = 100 * MS
    look_until(course, 200 * MS)
    assert [shot.at // MS for shot in course.between(100 * MS, 200 * MS)] == [120, 140, 180]


def test_what_is_kept_is_bounded(course):
    for start in range(0, 10_000, 100):
        course.clock.last = start * MS
        look_until(course, (start + 90) * MS)
    assert len(course.shots) == courses.REMEMBERED


def test_a_thread_that_has_ended_has_no_stack():
    course = Course(Clock(1 * MS, running=WORK), 20 * MS)
    course.clock.thread_id = 1
    course.look(50 * MS)
    assert list(course.shots) == []


def test_stacks_that_come_while_somebody_asks_are_no_fault(course):
    look_until(course, 100 * MS)
    shot = course.shots[0]

    class Mutating(type(shot)):  # one whose look-up makes another come, as the watching thread may at any time
        @property
        def at(self):
            course.shots.append(shot)
            return shot.at

    course.shots[0] = Mutating(*shot)
    assert len(course.between(0, 200 * MS)) == 3
