"""Looks are rarer while nothing is held, and what is held is not seen as more or less for that."""

from __future__ import annotations

import random

import pytest

from obs.profiling.inside.pace import CALMEST, Pace


def test_it_calms_down_to_a_share_of_the_rate_and_is_back_at_once():
    pace = Pace(25.0, steady=False)
    rates = [pace.rate]
    for _ in range(20):
        pace.after(held=False)
        rates.append(pace.rate)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(25.0 * CALMEST)
    pace.after(held=True)
    assert pace.rate == 25.0


def test_where_cpu_is_sampled_by_looks_it_stays_as_it_is():
    pace = Pace(100.0, steady=True)
    pace.after(held=False)
    assert pace.rate == 100.0


@pytest.mark.parametrize("share", [0.02, 0.2, 0.9])
def test_what_is_held_by_chance_adds_up_to_its_share(share):
    chance, pace, now, held = random.Random(7), Pace(25.0, steady=False), 0.0, 0.0
    while now < 20_000:
        now += (0.5 + chance.random()) / pace.rate
        weight, found = 1 / pace.rate, chance.random() < share
        held += weight * found
        pace.after(held=found)
    assert held / now == pytest.approx(share, rel=0.05)
