"""When the watching thread could not run is told from when it only had no CPU, or nothing to look at."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from obs.runtime.watch import spells, thread
from obs.runtime.watch.ticks import Ticks

MS = 1_000_000


@pytest.fixture(autouse=True)
def none():
    spells.spells.clear()
    yield
    spells.spells.clear()


def test_the_time_between_meant_and_woken_counts_where_it_overlaps():
    spells.note(100 * MS, 300 * MS, 0)
    assert spells.could_not_run(0, 1000 * MS) == (200 * MS, 200 * MS)
    assert spells.could_not_run(200 * MS, 250 * MS) == (50 * MS, 50 * MS)
    assert spells.could_not_run(250 * MS, 400 * MS) == (50 * MS, 50 * MS)
    assert spells.could_not_run(300 * MS, 400 * MS) == (0, 0)


def test_what_every_thread_waits_is_nothing():
    """Python code gives the GIL away after a switch interval of 5 ms."""
    spells.note(100 * MS, 114 * MS, 0)
    assert spells.could_not_run(0, 1000 * MS) == (0, 0)


def test_time_without_a_cpu_is_not_the_gil_s():
    spells.note(100 * MS, 300 * MS, 190 * MS)
    assert spells.could_not_run(0, 1000 * MS) == (200 * MS, 10 * MS)
    assert spells.could_not_run(200 * MS, 1000 * MS) == (100 * MS, 5 * MS)
    spells.note(400 * MS, 500 * MS, 900 * MS)
    assert spells.could_not_run(400 * MS, 1000 * MS) == (100 * MS, 0)


def test_starvation_is_counted_from_one_look_to_the_next():
    starved = spells.Starvation()
    assert starved.since() >= 0
    starved._path = b"/proc/self/missing"
    assert starved.since() <= 0
    assert starved.since() == 0, "where the kernel doesn't count"


def test_finding_out_about_a_spell_does_not_make_the_next(monkeypatch):
    """On a busy loop that took 30 ms, as long as six system calls wait for the GIL, in each look ever after."""
    now = [200 * MS]

    def since():
        now[0] += 30 * MS
        return 0

    monkeypatch.setattr(thread, "perf_counter_ns", lambda: now[0])
    looking = thread.Thread([], Ticks(), lambda now, due: None)
    looking._starvation = SimpleNamespace(since=since)
    woken = looking._awake_since(100 * MS)
    looking._awake_since(woken)
    assert [(spell.start, spell.end) for spell in spells.spells] == [(100 * MS, 200 * MS)]
