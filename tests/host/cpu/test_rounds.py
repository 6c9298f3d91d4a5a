"""Rounds of looks: as often as was asked for, never the same pause, and within their share of a CPU."""

from __future__ import annotations

import pytest

from obs.host.cpu.rounds import Rounds


class Looked:
    def __init__(self, error=None):
        self.looks, self.error = 0, error

    def look(self):
        self.looks += 1
        if self.error:
            raise self.error


def test_pauses_are_as_long_as_asked_for_on_average_and_never_the_same():
    chances = iter((0.0, 0.5, 1.0))
    rounds = Rounds(100, chance=lambda: next(chances))
    pauses = [rounds.following(5.0, 5.0, 0.0) - 5.0 for _ in range(3)]
    assert pauses == pytest.approx([0.005, 0.01, 0.015])


def test_what_takes_more_than_its_share_is_done_less_often():
    rounds = Rounds(100, share=0.05, chance=lambda: 0.5)
    assert rounds.following(5.0, 5.0, 0.004) == pytest.approx(5.08)


def test_what_came_too_late_is_not_made_up_for():
    rounds = Rounds(100, chance=lambda: 0.5)
    assert rounds.following(5.0, 5.002, 0.0) == pytest.approx(5.01)  # in time for the next
    assert rounds.following(5.0, 9.0, 0.0) == pytest.approx(9.005)


def test_one_that_fails_is_left_out_and_the_others_are_looked_at(caplog):
    rounds = Rounds(100)
    good, bad = Looked(), Looked(RuntimeError("no"))
    rounds._all = (bad, good)
    rounds.round()
    rounds.round()
    assert (bad.looks, good.looks) == (1, 2)


def test_it_looks_from_the_first_on_that_is_added_and_can_be_stopped():
    rounds, one = Rounds(500), Looked()
    rounds.stop()  # nothing has begun
    rounds = Rounds(500)
    rounds.add(one)
    while one.looks < 3:
        pass
    rounds.stop()
    seen = one.looks
    rounds.round()
    assert one.looks == seen + 1
