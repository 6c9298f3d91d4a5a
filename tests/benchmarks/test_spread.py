"""Medians, quartiles, and comparing round by round."""

import statistics

import pytest

from benchmarks.harness import Spread, differences, ratios, spread


def test_the_median_and_the_quartiles():
    assert spread([5, 1, 4, 2, 3]) == Spread(3, 2, 4)


def test_one_value_is_its_own_spread():
    assert spread([7.0]) == Spread(7.0, 7.0, 7.0)


def test_nothing_has_no_spread():
    with pytest.raises(statistics.StatisticsError):
        spread([])


def test_one_wild_round_moves_nothing_far():
    assert spread([10.0] * 9 + [1000.0]).median == 10.0


def test_drift_cancels_round_by_round():
    bare, observed = [10.0, 20.0, 30.0, 90.0], [15.0, 25.0, 35.0, 95.0]
    assert differences(observed, bare) == [5.0] * 4
    assert ratios([1.0, 9.0], [2.0, 3.0]) == [0.5, 3.0]


def test_rounds_that_do_not_pair_up_are_refused():
    with pytest.raises(ValueError, match="argument 2"):
        differences([1.0], [1.0, 2.0])
