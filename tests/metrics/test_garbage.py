"""A collection is counted, and is time of the Work in which it came."""

from __future__ import annotations

import gc

import pytest

from obs.metrics import garbage
from obs.metrics.store import Store
from obs.work import Work, current


@pytest.fixture
def watch():
    store = Store.private()
    garbage.install(store)
    yield store
    garbage.uninstall()


@pytest.fixture
def work():
    found = Work("request", "GET /")
    token = current.set(found)
    gc.disable()  # only the collections that a test asks for
    yield found
    gc.enable()
    current.reset(token)


def test_a_work_that_saw_no_collection_has_no_pause(watch, work):
    assert work.gc_pause == 0


def test_every_collection_in_a_work_adds_to_its_pause(watch, work):
    gc.collect()
    once = work.gc_pause
    gc.collect()
    assert 0 < once < work.gc_pause


def test_the_work_that_it_is_nested_in_was_held_up_too(watch, work):
    inner = Work("job", "push.notify")
    inner.parent = work
    token = current.set(inner)
    gc.collect()
    current.reset(token)
    assert inner.gc_pause == work.gc_pause > 0


def test_a_collection_outside_any_work_is_nobodys(watch, work):
    token = current.set(None)
    gc.collect()
    current.reset(token)
    assert work.gc_pause == 0


def test_uninstalled_it_adds_nothing(work):
    gc.collect()
    assert work.gc_pause == 0
