"""Every hub is told of on its own thread, and no more after the undo."""

from __future__ import annotations

from typing import Any

import gevent
import gevent.hub
import pytest
from gevent._hub_local import set_default_hub_class

from obs.native import original, start_thread
from obs.runtime.loop import hubs

get_ident = original("_thread", "get_ident")


def methods() -> dict[str, Any]:
    return {name: value for name, value in vars(gevent.hub.Hub).items() if callable(value)}


def in_a_thread() -> int:
    """Make a hub in a thread of its own, and destroy it; returns that thread."""
    done = original("_thread", "allocate_lock")()
    done.acquire()
    seen = []

    def run() -> None:
        try:
            seen.append(get_ident())
            gevent.sleep(0)
            gevent.get_hub().destroy(destroy_loop=True)
        finally:
            done.release()

    start_thread(run)
    assert done.acquire(timeout=10)
    return int(seen[0])


def test_this_threads_hub_and_all_that_come_are_told_of() -> None:
    began: list[tuple[Any, int]] = []
    ended: list[tuple[Any, int]] = []
    hub = gevent.get_hub()
    undo = hubs.follow(lambda hub: began.append((hub, get_ident())), lambda hub: ended.append((hub, get_ident())))
    thread = in_a_thread()
    undo()
    assert began[0] == (hub, get_ident())
    assert [ident for _, ident in began] == [get_ident(), thread]
    assert ended == began[1:]


def test_the_undo_is_exact() -> None:
    before = methods()
    began: list[Any] = []
    hubs.follow(began.append, began.append)()
    told = len(began)
    in_a_thread()
    assert methods() == before
    assert len(began) == told


def test_a_hub_of_another_class_is_told_of_too() -> None:
    began: list[Any] = []

    class Other(gevent.hub.Hub):
        pass

    undo = hubs.follow(began.append, lambda _: None)
    set_default_hub_class(Other)
    try:
        in_a_thread()
    finally:
        set_default_hub_class(gevent.hub.Hub)
        undo()
    assert isinstance(began[-1], Other)


def test_a_fault_in_who_is_told_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    undo = hubs.follow(lambda _: 1 / 0, lambda _: 1 / 0)
    in_a_thread()
    undo()
    assert "loop.hubs" in caplog.text
