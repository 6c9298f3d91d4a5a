"""Probes are observed by arithmetic: as if each had been observed by itself."""

from __future__ import annotations

import pytest

from obs.metrics import catalog
from obs.metrics.store import Histogram, Store
from obs.runtime.loop.delay import STEP_NS, Delays, Probes

MS = 1_000_000


def cells(histogram: Histogram) -> list[float]:
    return list(histogram.cells[histogram.index : histogram.sum_index + 1])


def one_by_one(probes: Probes, answered: int) -> list[float]:
    histogram = Store.private().histogram(catalog.OBS_LOOP_DELAY)
    for number in range(probes.number):
        histogram.observe((answered - probes.last + number * STEP_NS) / 1e9)
    return cells(histogram)


@pytest.mark.parametrize("late", [0, 1, MS // 2, MS, 9 * MS, 10 * MS, 17 * MS, 600 * MS])
@pytest.mark.parametrize("number", [1, 2, 10, 999, 1500])
def test_all_are_observed_as_each_would_be(number: int, late: int) -> None:
    histogram = Store.private().histogram(catalog.OBS_LOOP_DELAY)
    probes = Probes(5000, number)
    Delays(histogram).observe(probes, 5000 + late)
    *counts, seconds = cells(histogram)
    *expected, expected_seconds = one_by_one(probes, 5000 + late)
    assert counts == expected
    assert seconds == pytest.approx(expected_seconds)


def test_the_probes_of_a_turn_are_those_that_its_work_has_passed() -> None:
    assert Probes.due(0, 1_000) == Probes(1_000, 1)
    assert Probes.due(STEP_NS - 1, STEP_NS) == Probes(1, 1)
    assert Probes.due(2 * STEP_NS + 5, 3 * STEP_NS) == Probes(3 * STEP_NS - 5, 3)


def test_probes_that_found_the_loop_asleep_add_nothing_to_the_sum() -> None:
    histogram = Store.private().histogram(catalog.OBS_LOOP_DELAY)
    Delays(histogram).observe_none(7)
    assert cells(histogram)[0] == 7
    assert cells(histogram)[-1] == 0


def test_a_clock_that_goes_back_gives_no_negative_delay() -> None:
    histogram = Store.private().histogram(catalog.OBS_LOOP_DELAY)
    Delays(histogram).observe(Probes(5000, 1), 4000)
    assert cells(histogram)[0] == 1
    assert cells(histogram)[-1] == 0


def test_a_fault_while_answering_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    Delays(None).answer(Probes(0, 1))  # type: ignore[arg-type]  # what a bug might leave there
    assert "loop.delay" in caplog.text
