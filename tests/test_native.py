"""Originals are to be had at any time, also in the middle of somebody's import of gevent."""

from __future__ import annotations

import sys
import threading
import time
from types import ModuleType

import pytest

from obs import native


def test_without_gevent_the_module_itself_has_them() -> None:
    assert native.original("time", "sleep") is time.sleep


def test_an_original_that_never_was_is_an_error() -> None:
    with pytest.raises(AttributeError):
        native.original("time", "never")


def test_gevent_that_is_being_imported_has_patched_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread's import has put an empty module there."""
    monkeypatch.setitem(sys.modules, "gevent.monkey", ModuleType("gevent.monkey"))
    assert native.original("time", "sleep") is time.sleep
    assert not native.patched()


def test_the_names_of_threads_but_not_those_that_threading_makes_up() -> None:
    seen: list[str] = []

    def ask() -> None:
        ident = threading.get_ident()
        seen.append(native.thread_name(ident))
        threading.current_thread()  # which makes one up where it knows none
        seen.append(native.thread_name(ident))

    named = threading.Thread(target=ask, name="the one")
    named.start()
    named.join()
    native.start_thread(ask)
    deadline = time.monotonic() + 10
    while len(seen) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen == ["the one", "the one", "", ""]
