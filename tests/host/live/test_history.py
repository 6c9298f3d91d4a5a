"""The course of a quarter of an hour, in a fixed number of bytes."""

from __future__ import annotations

import tracemalloc

from obs.host.live.history import POINTS, STEP, History
from obs.host.live.watch import SLOWEST, UNWATCHED, WATCHED, Watch, pace
from tests.host.live.scene import member, moment, tally

START = 1_000_000.0


def test_points_end_where_their_time_says() -> None:
    history = History(("rate",))
    history.put(START, START + STEP, {"a": (1.0,)})
    history.put(START + STEP, START + 3 * STEP, {"a": (2.0,)})
    found = history.of("a", points=4)
    assert found == {"at": START, "step": STEP, "rate": [None, 1.0, 2.0, 2.0]}


def test_what_did_nothing_is_zero_and_what_is_not_known_is_null() -> None:
    history = History(("rate", "p99"))
    for number in range(4):
        rows = {"a": (1.0, None)} if number != 2 else {}
        history.put(START + number * STEP, START + (number + 1) * STEP, rows)
    found = history.of("a", points=5)
    assert found["rate"] == [None, 1.0, 1.0, 0.0, 1.0]
    assert found["p99"] == [None] * 5, "of nothing there is no quantile"
    assert history.of("b", points=5)["rate"] == [None, 0.0, 0.0, 0.0, 0.0]


def test_it_goes_round() -> None:
    history = History(("rate",))
    for number in range(2 * POINTS):
        history.put(START + number * STEP, START + (number + 1) * STEP, {"a": (float(number),)})
    assert history.of("a")["rate"] == [float(number) for number in range(POINTS, 2 * POINTS)]


def test_memory_is_bounded_whatever_there_is() -> None:
    history = History(most=50)
    for number in range(3):
        history.put(START + number * STEP, START + (number + 1) * STEP, {str(n): (1.0,) * 8 for n in range(200)})
    tracemalloc.start()
    try:
        for number in range(3, 3 * POINTS):
            history.put(START + number * STEP, START + (number + 1) * STEP, {str(n): (1.0,) * 8 for n in range(200)})
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now < 100_000


def test_a_clock_that_goes_back_breaks_nothing() -> None:
    history = History(("rate",))
    history.put(START, START + STEP, {"a": (1.0,)})
    history.put(START + STEP, START - 100 * STEP, {"a": (2.0,)})
    assert history.of("a", points=1)["rate"] == [1.0]


def test_looks_are_rarer_where_they_cost_more_or_nobody_watches() -> None:
    assert pace(0.001, watched=True) == WATCHED
    assert pace(0.001, watched=False) == UNWATCHED
    assert WATCHED < pace(0.5, watched=True) < pace(0.5, watched=False) <= SLOWEST
    assert 0.5 / pace(0.5, watched=True) < 0.1


def test_looks_are_dropped_when_they_are_old(tmp_path) -> None:
    watch = Watch(tmp_path)
    now = moment({"GET /a": tally(1, 0.01)}).now
    from dataclasses import replace

    for number in range(600):
        reading = replace(now.reading, at=100.0 + 2.0 * number)
        watch.add(replace(now, when=START + 2.0 * number, reading=reading, members=(member(number),)))
    assert len(watch._looks) <= 8
    assert len(watch._lately) <= 9
    assert len(watch._quarter) <= 8
    assert len(watch._gone) <= 100
    assert watch.moment is not None
    assert 10 <= watch.moment.seconds <= 14
    assert 120 <= watch.moment.lately <= 152
    assert 900 <= watch.moment.quarter.lately <= 1082
