"""A fault of obs is logged once, counted always, and goes no further."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from obs import errors


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(errors, "faults", {})
    monkeypatch.setattr(errors, "on_fault", [])
    monkeypatch.setattr(errors, "silent", set())
    yield
    errors._untold.clear()


def fail(part: str) -> None:
    try:
        raise RuntimeError("obs is broken")
    except RuntimeError:
        errors.fault(part)


def test_the_first_of_a_part_is_logged_with_its_traceback_and_each_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    counted: list[str] = []
    errors.on_fault.append(counted.append)
    for part in ("a", "a", "b"):
        fail(part)
    assert [record.getMessage()[:13] for record in caplog.records] == ["obs: a failed", "obs: b failed"]
    assert "obs is broken" in caplog.text
    assert (errors.faults, counted) == ({"a": 2, "b": 1}, ["a", "a", "b"])


def test_under_a_silent_module_the_line_waits_until_it_may_be_told(caplog: pytest.LogCaptureFixture) -> None:
    errors.silent.add(__name__)
    fail("switch")
    assert (caplog.records, errors.faults) == ([], {"switch": 1})
    errors.tell()
    assert [record.getMessage()[:18] for record in caplog.records] == ["obs: switch failed"]
    assert "obs is broken" in caplog.text
    errors.tell()
    assert len(caplog.records) == 1


def test_a_log_that_fails_and_a_count_that_fails_go_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(errors, "log", logging.getLogger("tests.broken"))
    monkeypatch.setattr(errors.log, "error", broken)
    errors.on_fault.append(broken)
    fail("a")
    assert errors.faults == {"a": 1}
