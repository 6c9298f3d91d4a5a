"""The parts of the sampler inside: stacks, the budget, delays in proportion, what stands still."""

from __future__ import annotations

import sys
import threading
import time
from types import SimpleNamespace

import pytest

from obs.labels import label
from obs.profiling.inside import looks, record, sweep
from obs.profiling.inside.budget import Budget
from obs.profiling.inside.looks import Look, compared
from obs.profiling.inside.places import DEEPEST, Frames, capture
from obs.profiling.inside.record import HELD, used
from obs.profiling.inside.resumed import Resumed
from obs.runtime.accounting.account import Used
from obs.work import Work


def here():
    return capture(sys._getframe())


def test_a_stack_reads_outermost_first_with_the_line_it_is_at_and_its_labels():
    found = Frames().of(label("GET /x")(here))
    assert found[-1].function == "here"
    assert found[-1].file == __file__
    assert found[-1].line == here.__code__.co_firstlineno + 1
    assert found[-2][:2] == ("GET /x", "<obs>")
    assert found[-2].kind == "label"


def test_a_deep_stack_keeps_its_innermost_frames():
    def deep(left):
        return deep(left - 1) if left else here()

    assert len(deep(200)) == 2 * DEEPEST


def test_no_stack_is_no_frames():
    assert Frames().of(capture(None)) == ()


def test_the_budget_halves_what_is_captured_while_it_costs_too_much_and_doubles_it_again():
    budget = Budget(share=0.01)
    for expected in (2, 4, 8):
        budget.spent = 0.0015
        budget.tick(0.1)
        assert budget.every == expected
    for expected in (4, 2, 1, 1):
        budget.tick(0.1)
        assert budget.every == expected


def test_beyond_what_may_be_spent_at_once_nothing_is_captured_and_that_is_counted():
    budget = Budget()
    budget.spent = budget.most * 2
    assert budget.weight() == 0
    assert budget.refused == 1


def test_thinned_out_samples_stand_for_all():
    budget = Budget()
    budget.every = 8
    assert sum(budget.weight() for _ in range(20_000)) == pytest.approx(20_000, rel=0.1)


@pytest.fixture
def resumed():
    made = Resumed(0.01, Budget())
    made.started -= 1000.0
    return made


@pytest.mark.parametrize("delay", [0.0007, 0.004, 0.013, 0.25])
def test_delays_are_sampled_in_proportion_to_their_length(resumed, delay):
    work, frame = Work("request", "GET /x"), sys._getframe()
    times = int(30 / delay)
    for _ in range(times):
        resumed.budget.spent = 0.0
        resumed.delayed(work, frame, delay)
        if len(resumed.raw) > 10_000:
            break
    done = _ + 1
    assert sum(raw.seconds for raw in resumed.raw) == pytest.approx(done * delay, rel=0.05)


def test_a_wait_that_began_before_the_window_counts_from_its_start_only():
    resumed = Resumed(0.01, Budget())
    resumed.waited(Work("request", "GET /x"), sys._getframe(), "sql", 60_000_000_000)
    assert resumed.raw[0].seconds < 5
    assert (resumed.raw[0].view, resumed.raw[0].work, resumed.raw[0].on) == ("wait", "GET /x", "sql")


def test_more_than_can_be_collected_is_counted(resumed, monkeypatch):
    monkeypatch.setattr("obs.profiling.inside.resumed.MOST", 1)
    for _ in range(3):
        resumed.waited(Work("request", "GET /x"), sys._getframe(), "sql", 1_000_000)
    assert (len(resumed.raw), resumed.overflowed) == (1, 2)


def seen(at, cpu, *, since=5, place=1, hub=True):
    clock = SimpleNamespace(thread_id=1, hub=object() if hub else None)
    return Look(clock, "GET /x", since, at, cpu, [here.__code__, place])


@pytest.mark.parametrize(
    ("after", "view"),
    [
        (seen(1.001, 0.5), "held"),
        (seen(1.001, 0.5008), "cpu"),
        (seen(1.001, 0.5, since=6), "cpu"),
        (seen(1.001, 0.5, place=2), "cpu"),
        (None, "cpu"),
    ],
)
def test_what_stands_still_holds_the_loop_and_the_rest_runs(after, view):
    (raw,) = compared([seen(1.0, 0.5)], [after] if after else [], 0.01)
    assert (raw.view, raw.seconds) == (view, 0.01)


def test_the_call_that_holds_the_loop_is_known_by_its_kind():
    over, places = threading.Event(), []

    def hold():
        while not over.is_set():
            time.sleep(0.02)

    thread = threading.Thread(target=hold)
    thread.start()
    until = time.monotonic() + 30
    while looks.call(places) != "sleep" and time.monotonic() < until:
        places = capture(sys._current_frames().get(thread.ident))
    over.set()
    thread.join()
    clock = SimpleNamespace(thread_id=1, hub=object())
    first, second = (Look(clock, "GET /x", 5, at, 0.5, places) for at in (1.0, 1.001))
    assert [raw.on for raw in compared([first], [second], 0.01)] == ["sleep"]


def test_in_a_thread_without_a_loop_it_waits():
    (raw,) = compared([seen(1.0, 0.5, hub=False)], [seen(1.001, 0.5, hub=False)], 0.01)
    assert raw.view == "wait"


def test_what_was_corrected_down_in_the_window_is_nothing():
    found = used({"a": Used(cpu=2.0)}, {"a": Used(cpu=1.5, wait=1.0), "b": Used(held=1.0)})
    assert found["a"] == {"cpu": 0.0, "held": 0.0, "delay": 0.0, "wait": 1.0}
    assert found["b"]["held"] == 1.0


def test_nothing_stays_on_when_it_is_closed_early():
    from obs.runtime.accounting import resuming
    from obs.runtime.waits import samples

    before = samples._listeners, resuming._listeners
    recording = record(("held", "delay", "wait"), 10.0, 100.0)
    assert 0.5 <= next(recording) * 100.0 * HELD <= 1.5  # who holds a loop is looked at that often, at random
    assert (samples._listeners, resuming._listeners) != before
    recording.close()
    assert (samples._listeners, resuming._listeners) == before


def finished(recording):
    """What a recording that is told to stop returns."""
    try:
        while True:
            recording.send(True)
    except StopIteration as ended:
        return ended.value


def test_a_stop_ends_it_with_what_there_is():
    recording = record(("wait",), 10.0, 100.0)
    next(recording)
    session = finished(recording)
    assert session.source == "inside"
    assert session.duration < 5


def test_a_process_in_which_nobody_is_at_work_has_nothing_to_look_at():
    assert looks.look(0.0) == []


def test_what_is_parked_is_swept_in_for_no_longer_than_somebody_waits(monkeypatch):
    ticks = iter(range(100))
    monkeypatch.setattr(sweep, "perf_counter", lambda: next(ticks) * sweep.LONGEST / 3)
    monkeypatch.setattr(sweep.living, "parked", lambda _: iter(lambda: SimpleNamespace(work=None), 0))
    assert len(list(sweep.swept(0.0, 1.0))) == 2
