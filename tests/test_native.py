"""Originals are to be had at any time, also in the middle of somebody's import of gevent."""

from __future__ import annotations

import sys
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
