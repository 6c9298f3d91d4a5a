from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from obs.metrics.merge import added, added_counts, exact_sum, greatest, least, most_recent, remainder

amounts = st.floats(0, 1e9, allow_nan=False)


@settings(deadline=None)
@given(st.lists(st.lists(amounts, min_size=3, max_size=3), min_size=1, max_size=20))
def test_a_sum_and_its_remainder_lose_nothing(rows):
    totals = added(rows)
    rest = remainder(rows, totals)
    for i in range(3):
        true = sum(Fraction(row[i]) for row in rows)
        assert 0 <= Fraction(totals[i]) + Fraction(rest[i]) - true <= max(true / 2**100, Fraction(2) ** -1074)


@settings(deadline=None)
@given(st.lists(amounts, min_size=2, max_size=30), st.randoms())
def test_however_it_is_folded_a_sum_never_falls(values, random):
    whole = exact_sum(values)
    left = values[:]
    folded: list[list[float]] = []
    while left:
        random.shuffle(left)
        rows = [*folded, *([left.pop()] for _ in range(min(len(left), random.randint(1, 4))))]
        total = added(rows)
        folded = [total, remainder(rows, total)]
        found = exact_sum([row[0] for row in folded] + left)
        assert whole <= found <= math.nextafter(whole, math.inf)
        whole = found


def test_sums_of_whole_numbers_and_one_that_is_not():
    assert added_counts([(1.0, 2.0, 0.1), (3.0, 4.0, 0.2), (0.0, 0.0, 0.3)]) == [4.0, 6.0, 0.6]
    assert added_counts([(1.0, 0.5)]) == [1.0, 0.5]


def test_infinities_and_nan_add_up_as_they_do():
    assert exact_sum([math.inf, 1.0]) == math.inf
    assert math.isnan(exact_sum([math.inf, -math.inf]))
    assert math.isnan(exact_sum([math.nan, 1.0]))
    assert exact_sum([1e308, 1e308]) == math.inf
    assert remainder([(math.inf,)], [math.inf]) == [0.0]


def test_gauges():
    assert greatest([(1.0,), (3.0,), (2.0,)]) == [3.0]
    assert least([(1.0,), (3.0,)]) == [1.0]
    assert most_recent([(5.0, 100.0), (1.0, 200.0), (9.0, 0.0)]) == [1.0, 200.0]
