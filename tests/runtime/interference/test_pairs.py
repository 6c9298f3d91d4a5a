"""A bounded table: the heaviest pairs by name, the others together, and no series that goes back."""

from __future__ import annotations

import random

import pytest

from obs.metrics.catalog import OBS_INTERFERENCE, OVERFLOW
from obs.runtime.interference.pairs import pairs

S = 1_000_000_000
REST = (OVERFLOW, OVERFLOW)


def test_the_first_pairs_are_all_known(table):
    made = table(100)
    for i in range(50):
        made.add(f"c{i}", "v", S)
    assert made.seconds() == {(f"c{i}", "v"): 1.0 for i in range(50)}


def test_beyond_its_places_everything_is_counted_together_and_nothing_is_lost(table):
    made = table(16)
    for i in range(10_000):
        made.add(f"c{i}", "v", S // 1000)
    assert len(made.seconds()) <= 17
    assert sum(made.seconds().values()) == pytest.approx(10.0)
    assert made.seconds()[REST] > 9


def test_a_heavy_pair_that_comes_late_is_found(table):
    """Half of the table is full of trifles; then one pair has a tenth of all interference."""
    made = table(64)
    draw = random.Random(7)
    for i in range(40_000):
        made.add(f"c{i % 2000}", f"v{draw.random()}", S // 100)
        if i % 10 == 0:
            made.add("GET /export", "GET /", S // 10)
    assert made.seconds()["GET /export", "GET /"] > 0.5 * 4_000 * 0.1


def test_a_series_begins_at_zero_and_only_rises(table):
    made = table(32)
    draw = random.Random(3)
    before: dict[tuple[str, str], float] = {}
    for i in range(3_000):
        made.add(f"c{int(draw.paretovariate(0.5)) % 500}", "v", draw.randrange(S // 10))
        if i % 100 == 0:
            now = made.seconds()
            assert all(now[pair] >= seconds for pair, seconds in before.items())
            before = now


def test_the_process_table_leaves_a_place_for_the_overflow():
    assert pairs._places == OBS_INTERFERENCE.cap - 1
