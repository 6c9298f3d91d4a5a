"""Rates come from the difference of two readings."""

from __future__ import annotations

import pytest

from obs.host.rates import Rates, Window, rates
from obs.host.tally import Reading, Tally

BOUNDS = (0.1, 0.2)


def tally(counts: tuple[float, ...], seconds: float, *, errors: float = 0.0) -> Tally:
    total = sum(counts)
    return Tally(counts, seconds, {"200": total - errors, "500": errors}, errors)


START = Reading(100.0, {"GET /a": tally((10, 0, 0), 0.5)})
BEFORE = Reading(110.0, {"GET /a": tally((20, 0, 0), 1.0)})
NOW = Reading(112.0, {"GET /a": tally((20, 4, 0), 1.6, errors=1), "GET /b": tally((40, 0, 0), 0.4)})


def test_rates_and_quantiles_are_of_the_time_between_and_totals_since_the_start() -> None:
    found = rates(START, BEFORE, NOW, BOUNDS)
    [b, a], total = found.works, found.total
    assert (a.work, a.rate, a.errors, a.total) == ("GET /a", 2.0, 0.25, 14)
    assert (a.p50, a.p99) == (pytest.approx(0.15), pytest.approx(0.199))
    assert (b.work, b.rate, b.errors, b.total) == ("GET /b", 20.0, 0.0, 40)
    assert (total.work, total.rate, total.total) == ("total", 22.0, 54)
    assert total.errors == pytest.approx(1 / 44)


def test_in_flight_is_the_mean_number_by_littles_law() -> None:
    found = rates(START, BEFORE, NOW, BOUNDS)
    [_, a], total = found.works, found.total
    assert a.in_flight == pytest.approx(0.6 / 2.0)
    assert total.in_flight == pytest.approx((0.6 + 0.4) / 2.0)


def test_a_work_that_did_nothing_since_the_start_has_no_row() -> None:
    found = rates(NOW, NOW, NOW, BOUNDS)
    total = found.total
    assert found == Rates([], None, total)
    assert (total.rate, total.p50, total.total) == (0.0, None, 0)


def test_a_work_that_is_quiet_now_keeps_its_row() -> None:
    [quiet] = rates(START, BEFORE, Reading(120.0, BEFORE.works), BOUNDS).works
    assert (quiet.work, quiet.rate, quiet.errors, quiet.p99, quiet.total) == ("GET /a", 0.0, 0.0, None, 10)


def test_long_lived_requests_are_in_flight_while_open_and_have_no_duration() -> None:
    now = Reading(101.0, {"GET /events": Tally(answers={"sse": 3.0}, open=2.0)})
    found = rates(Reading(100.0, {}), Reading(100.0, {}), now, BOUNDS)
    [events], total = found.works, found.total
    assert (events.rate, events.p99, events.in_flight, events.total) == (3.0, None, 2.0, 3)
    assert total.in_flight == 2.0


def test_waits_before_the_handler_are_a_row_of_their_own_and_in_no_total() -> None:
    now = Reading(112.0, NOW.works, queue=tally((2, 2, 0), 0.4))
    found = rates(START, BEFORE, now, BOUNDS)
    assert found.queue
    assert (found.queue.work, found.queue.rate, found.queue.total) == ("(queue)", 2.0, 4)
    assert found.queue.p50 == pytest.approx(0.1)
    assert found.total == rates(START, BEFORE, NOW, BOUNDS).total


def test_a_window_compares_with_the_oldest_reading_that_is_young_enough() -> None:
    window = Window(10.0)
    readings = [Reading(float(at), {}) for at in (0, 5, 9, 14, 16)]
    assert [window.add(reading).at for reading in readings] == [0.0, 0.0, 0.0, 5.0, 9.0]


def test_a_window_with_a_gap_compares_with_the_reading_before_it() -> None:
    window = Window(10.0)
    window.add(Reading(0.0, {}))
    assert window.add(Reading(60.0, {})).at == 0.0


def test_the_clocks_are_means_of_what_ended_meanwhile() -> None:
    before = Reading(0.0, {"GET /a": Tally((4.0, 0.0, 0.0), 1.0, {"200": 4.0}, clocks={"cpu": 0.4, "wait": 0.6})})
    now = Reading(10.0, {"GET /a": Tally((6.0, 0.0, 0.0), 2.0, {"200": 6.0}, clocks={"cpu": 0.5, "wait": 1.5})})
    [row] = rates(before, before, now, BOUNDS).works
    assert row.clocks == pytest.approx({"cpu": 0.05, "wait": 0.45})


def test_who_costs_others_most_comes_first_and_what_nobody_notices_not_at_all() -> None:
    lost = {("GET /hog", "GET /a"): 2.0, ("GET /hog", "GET /b"): 3.0, ("GET /x", "GET /a"): 9.0}
    before = Reading(0.0, {}, blame={("GET /hog", "GET /a"): 1.0})
    now = Reading(10.0, {}, blame=lost | {("GET /y", "GET /a"): 0.005})
    worst, second = rates(before, before, now, BOUNDS).blame
    assert (worst.culprit, worst.seconds, worst.victims) == ("GET /x", 0.9, [("GET /a", 1.0)])
    assert (second.culprit, second.seconds, second.victims) == ("GET /hog", 0.4, [("GET /b", 0.75), ("GET /a", 0.25)])


def test_clocks_each_second_and_blocks_go_on_whatever_ends() -> None:
    now = Reading(10.0, {"GET /a": Tally(clocks={"cpu": 5.0}, blocks=20.0, blocked=1.0, open=1.0)})
    [row] = rates(Reading(0.0, {}), Reading(0.0, {}), now, BOUNDS).works
    assert (row.clocks, row.spent, row.blocks, row.blocked) == ({}, {"cpu": 0.5}, 2.0, 0.1)


def test_time_of_no_work_is_one_row_without_the_idle() -> None:
    names = ("(loop)", "(idle)", "(after) GET /a", "(unattributed)")
    now = Reading(10.0, {name: Tally(clocks={"cpu": 1.0}) for name in names} | {"GET /a": NOW.works["GET /a"]})
    found = rates(Reading(0.0, {}), Reading(0.0, {}), now, BOUNDS)
    assert [row.work for row in found.works] == ["GET /a"]
    assert found.others
    assert (found.others.work, found.others.spent["cpu"]) == ("(no work)", pytest.approx(0.3))


def test_a_work_that_has_not_ended_yet_has_a_row_as_soon_as_it_costs_something() -> None:
    now = Reading(10.0, {"nightly": Tally(clocks={"cpu": 1.0}), "GET /": Tally(clocks={"cpu": 0.0})})
    assert [row.work for row in rates(Reading(0.0, {}), Reading(0.0, {}), now, BOUNDS).works] == ["nightly"]


def test_the_total_is_of_the_works_that_are_wanted() -> None:
    found = rates(START, BEFORE, NOW, BOUNDS, lambda name: name.endswith("/b"))
    assert [row.work for row in found.works] == ["GET /b"]
    assert (found.total.rate, found.total.total) == (20.0, 40)


def test_a_victim_that_lost_nothing_meanwhile_is_none() -> None:
    before = Reading(0.0, {}, blame={("GET /hog", "GET /a"): 1.0})
    now = Reading(1.0, {}, blame={("GET /hog", "GET /a"): 1.0, ("GET /hog", "GET /b"): 1.0})
    [blame] = rates(before, before, now, BOUNDS).blame
    assert blame.victims == [("GET /b", 1.0)]
