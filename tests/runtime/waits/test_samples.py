"""Samples are counted by work and wait, and handed on."""

from __future__ import annotations

import pytest

from obs import errors
from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_OVERFLOWED, OBS_WAIT_SECONDS, OVERFLOW
from obs.metrics.store import Store
from obs.runtime.waits import listen, sample
from obs.work import Work

from .stacks import stack

REDIS = ("acme.views:get", "redis.connection:Connection.read_response")


@pytest.fixture(autouse=True)
def store(monkeypatch):
    """This test's own."""
    store = Store.private()
    monkeypatch.setattr(active, "store", lambda: store)
    return store


@pytest.fixture(autouse=True)
def faults(monkeypatch):
    monkeypatch.setattr(errors, "faults", found := {})
    monkeypatch.setattr(errors.log, "disabled", True)
    return found


def seconds(store, work, on):
    counter = store.counter(OBS_WAIT_SECONDS, work, on)
    return counter.cells[counter.index]


def test_a_sample_counts_for_its_weight(store, faults):
    work = Work("request", "GET /x")
    stack(lambda frame: sample(work, frame, 10_000_000), *REDIS)
    stack(lambda frame: sample(work, frame, 250_000_000), *REDIS)
    stack(lambda frame: sample(work, frame, 5_000_000), "acme.views:get")
    assert seconds(store, "GET /x", "redis") == pytest.approx(0.26)
    assert seconds(store, "GET /x", "lock") == pytest.approx(0.005)
    assert faults == {}


def test_series_are_bounded_and_the_rest_is_counted(store, faults):
    def look(frame):
        for n in range(OBS_WAIT_SECONDS.cap + 7):
            sample(Work("job", f"job-{n}"), frame, 1_000_000_000)

    stack(look, *REDIS)
    assert seconds(store, OVERFLOW, OVERFLOW) == 7.0
    overflowed = store.counter(OBS_SELF_OVERFLOWED, OBS_WAIT_SECONDS.name)
    assert overflowed.cells[overflowed.index] >= 7
    assert faults == {}


def test_who_listens_gets_the_stack_until_it_no_longer_does():
    heard = []

    def listener(work, frame, on, weight_ns):
        heard.append((work.name, frame.f_code.co_qualname, on, weight_ns))

    work = Work("request", "GET /x")
    undo = listen(listener)
    stack(lambda frame: sample(work, frame, 7), *REDIS)
    undo()
    undo()
    stack(lambda frame: sample(work, frame, 8), *REDIS)
    assert heard == [("GET /x", "Connection.read_response", "redis", 7)]


def test_a_listener_that_fails_keeps_nobody_from_their_sample(store, faults):
    def fails(*_sample):
        raise RuntimeError("a listener's own")

    heard = []
    undo = [listen(fails), listen(lambda *sample: heard.append(sample[3]))]
    try:
        stack(lambda frame: sample(Work("request", "GET /x"), frame, 2_000_000_000), *REDIS)
    finally:
        for one in undo:
            one()
    assert heard == [2_000_000_000]
    assert seconds(store, "GET /x", "redis") == 2.0
    assert faults == {"runtime.waits.listener": 1}


def test_a_fault_is_contained(monkeypatch, faults):
    monkeypatch.setattr(active, "store", lambda: None)
    stack(lambda frame: sample(Work("request", "GET /x"), frame, 1), *REDIS)
    assert faults == {"runtime.waits": 1}


def test_the_samples_of_a_work_add_up_to_its_exact_wait(target, tmp_path, monkeypatch):
    """Sampled 10 ms apart on average over one or two seconds, they are within some per cent of it."""
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path))
    jobs = target("accounted")
    for waits in jobs.values():
        exact = waits.pop("exact")
        assert sum(waits.values()) == pytest.approx(exact, rel=0.2)
    sleeper, caller = jobs["sleeper"], jobs["caller"]
    assert sleeper["sleep"] / sum(sleeper.values()) == pytest.approx(2 / 3, abs=0.12)
    assert caller["child"] < 0.1 * caller["http"]  # the child itself waits, and says for what
    assert sleeper["other"] == caller["other"] == 0.0
