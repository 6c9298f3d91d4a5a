"""The truth that obs is judged by, on works whose stamps are made up."""

import pytest

from benchmarks.accounting.telling import Run, Strand, Told
from benchmarks.accounting.truth import Clocks, busy, clocks, interference

S = 1_000_000_000
ALWAYS = [(0, 100 * S)]
"""A loop that is never idle."""


def strand(began, ended, *parks, cpu=0.0):
    """Parks are ``(parked, ready, resumed)``; all of its CPU is used in the first run."""
    made = Strand()
    edges = [began, *(edge for parked, _, resumed in parks for edge in (parked, resumed)), ended]
    made.runs = [
        Run(a * S, b * S, 0, int(cpu * S) if a == began else 0) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    made.ready = [(ready * S, resumed * S) for _, ready, resumed in parks]
    return made


def told(name, *strands):
    made = Told(name, strands=list(strands))
    made.opened, made.closed = strands[0].runs[0].began, strands[0].runs[-1].ended
    return made


def test_a_work_of_one_greenlet_has_every_state():
    work = told("a", strand(0, 10, (2, 5, 6), (7, 7, 9), cpu=3.0))
    assert clocks(work, ALWAYS) == Clocks(cpu=3.0, held=1.0, delay=3.0, wait=3.0)


def test_one_that_runs_outweighs_one_that_is_ready_and_that_one_the_waiting():
    opener = strand(0, 10, (1, 9, 9))
    child = strand(3, 8, (4, 6, 7))
    child.ready.append((S, 3 * S))
    # 0-1 opener runs, 1-3 child ready, 3-4 child runs, 4-6 nothing, 6-7 child ready, 7-8 runs, 8-9 nothing, 9-10 opener
    assert clocks(told("a", opener, child), ALWAYS) == Clocks(cpu=0.0, held=4.0, delay=3.0, wait=3.0)


def test_what_a_child_does_after_the_close_is_not_the_works():
    opener, child = strand(0, 4, (1, 3, 3)), strand(6, 9)
    child.ready = [(S, 6 * S)]
    work = clocks(told("a", opener, child), ALWAYS)
    assert (work.held, work.delay, work.wait) == (2.0, 2.0, 0.0)


def test_a_loop_that_nobody_holds_delays_nobody():
    work = told("a", strand(0, 10, (2, 5, 9)))
    assert clocks(work, [(0, 2 * S), (6 * S, 7 * S), (9 * S, 10 * S)]).delay == 1.0


def test_a_delay_is_on_those_who_ran_in_it():
    victim = told("victim", strand(0, 10, (1, 2, 9)))
    one, other = told("one", strand(3, 6)), told("other", strand(6, 8))
    assert interference([victim, one, other]) == {
        ("one", "victim"): pytest.approx(3.0),
        ("other", "victim"): pytest.approx(2.0),
    }


def test_between_two_runs_the_loop_is_busy_if_its_thread_used_the_cpu():
    one, other = told("one", strand(0, 2)), told("other", strand(4, 6))
    assert busy([one, other]) == [(0, 2 * S), (4 * S, 6 * S)]
    (other.strands[0].runs[0],) = (Run(4 * S, 6 * S, 2 * S, 2 * S),)
    assert busy([one, other]) == [(0, 6 * S)]
