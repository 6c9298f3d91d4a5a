"""What is counted: sums that may be corrected, a metric that only rises."""

from __future__ import annotations

import threading

import pytest

from obs.metrics import active
from obs.metrics.catalog import OBS_WORK_SECONDS
from obs.runtime.accounting import entries
from obs.runtime.accounting.account import Used
from obs.runtime.accounting.entries import Entry, entry_for, entry_of
from obs.work import Work


def metric(entry):
    found = {}
    for state in entries.STATES:
        counter = active.store().counter(OBS_WORK_SECONDS, entry.kind, entry.name, entry.feature, state)
        found[state] = counter.cells[counter.index]
    return found


@pytest.fixture
def entry(request):
    return Entry("job", request.node.name, "feature")


def test_a_works_entry_is_that_of_its_kind_name_and_feature():
    work = Work("request", "GET /test_entries")
    assert entry_for(work) is entry_of("request", "GET /test_entries", "") is entry_for(work)
    assert entry_of("request", "GET /test_entries", "messaging") is not entry_for(work)


def test_the_metric_has_what_was_added_since(entry):
    entry.add(Used(1.0, 2.0, 3.0, 4.0))
    entry.count()
    entry.add(Used(0.5, 0.0, 0.0, 0.0))
    entry.count()
    entry.count()
    assert metric(entry) == {"cpu": 1.5, "held": 2.0, "delay": 3.0, "wait": 4.0}


def test_the_metric_never_goes_down_and_waits_for_a_correction_to_be_made_up(entry):
    entry.add(Used(cpu=1.0))
    entry.count()
    entry.add(Used(cpu=-0.4, held=0.4))
    entry.count()
    assert metric(entry) == {"cpu": 1.0, "held": 0.4, "delay": 0.0, "wait": 0.0}
    entry.add(Used(cpu=0.6))
    entry.count()
    assert metric(entry)["cpu"] == pytest.approx(1.2)


def test_no_series_is_made_for_an_entry_that_used_nothing(entry):
    entry.count()
    assert entry.counters == ()


def test_two_threads_do_not_count_the_same_seconds_twice(entry):
    stop = threading.Event()

    def counting():
        while not stop.is_set():
            entry.count()

    threads = [threading.Thread(target=counting) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(2000):
        entry.add(Used(cpu=0.001))
    stop.set()
    for thread in threads:
        thread.join()
    entry.count()
    assert metric(entry)["cpu"] == pytest.approx(2.0)


def test_while_another_thread_has_its_turn_nothing_is_counted_and_nobody_waits(entry):
    entry.add(Used(cpu=1.0))
    assert entries.take_turn()
    try:
        entry.count()
        assert entry.counters == ()
    finally:
        entries.end_turn()
    entry.count()
    assert metric(entry)["cpu"] == 1.0
