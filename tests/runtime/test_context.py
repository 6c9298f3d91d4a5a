"""Installing and taking back, in every order that services do it, with gevent patched, unpatched and not there."""

from __future__ import annotations

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import gevent
import gevent.hub
import gevent.threadpool
import pytest

from obs import patches
from obs.patches import Patch
from obs.runtime import context
from tests.runtime.seen import BARE, inside, seen, serving

OWNERS = [threading.Thread, ThreadPoolExecutor, threading, gevent, gevent.hub, gevent.threadpool.ThreadPool]


def attributes():
    return [list(vars(owner).items()) for owner in OWNERS]


def all_seen():
    with serving("GET /"), ThreadPoolExecutor(1) as executor:
        pool = gevent.get_hub().threadpool
        return [gevent.spawn(seen).get(), executor.submit(seen).result(), pool.apply(seen)]


@pytest.fixture(autouse=True)
def _taken_back():
    yield
    context.uninstall()


def test_uninstalling_leaves_no_trace():
    before = attributes()
    context.install()
    context.install_gevent()
    assert attributes() != before
    assert all_seen() == [inside("GET /")] * 3
    context.uninstall()
    assert attributes() == before
    assert all_seen() == [BARE] * 3


def test_installing_and_uninstalling_twice_is_once():
    before = attributes()
    context.install()
    installed = attributes()
    context.install()
    context.install_gevent()
    assert attributes() == installed
    context.uninstall()
    context.uninstall()
    assert attributes() == before


def test_it_can_be_installed_again():
    for _ in range(3):
        context.install()
        assert all_seen() == [inside("GET /")] * 3
        context.uninstall()
        assert all_seen() == [BARE] * 3


def test_children_started_before_uninstalling_keep_what_they_carry():
    context.install()
    with serving("GET /"):
        child = gevent.spawn(seen)
    context.uninstall()
    assert child.get() == inside("GET /")


def test_what_somebody_put_on_top_stays_and_works():
    calls = []

    def counting(original):
        def submit(self, fn, /, *args, **kwargs):
            calls.append(fn)
            return original(self, fn, *args, **kwargs)

        return submit

    context.install()
    theirs = patches.apply([Patch(ThreadPoolExecutor, "submit", counting)])
    context.uninstall()
    assert all_seen() == [BARE] * 3
    context.install()
    assert all_seen() == [inside("GET /")] * 3
    assert len(calls) == 2
    context.uninstall()
    patches.undo(theirs)


def test_the_replacements_look_like_the_originals():
    def shown():
        thread_pool = gevent.threadpool.ThreadPool
        functions = (threading.Thread.start, ThreadPoolExecutor.submit, gevent.spawn_raw, thread_pool.spawn)
        return [(f.__name__, f.__qualname__, f.__module__, f.__doc__, inspect.signature(f)) for f in functions]

    before = shown()
    context.install()
    assert shown() == before


@pytest.mark.parametrize(
    "order", ["gevent first", "threads first", "all before patching", "by an import hook", "twice"]
)
def test_with_gevent_patched_each_start_is_carried_once(target, order):
    found = target("patched", order)
    other = found["inside"].pop("executor, other work")
    assert found["inside"] == {start: list(inside("GET /")) for start in found["inside"]}
    assert other == list(inside("other"))
    assert found["outside"] == {start: list(BARE) for start in found["outside"]}


@pytest.mark.parametrize("patched", ["patched", "unpatched"])
def test_after_a_fork_both_sides_go_on(target, patched):
    found = target("fork", patched)
    assert found["child"] == [list(inside("GET /"))] * 3 + [list(BARE)] * 2
    assert found["parent"] == [list(inside("GET /"))] * 2


def test_without_gevent_threads_are_carried(target):
    assert target("no_gevent") == [list(inside("job"))] * 2 + [list(BARE)]
