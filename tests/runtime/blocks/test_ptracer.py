"""Who may trace this process under Yama, named for a while."""

from __future__ import annotations

import os

import pytest

from obs.metrics.identity import start_ticks
from obs.runtime.blocks import ptracer


@pytest.fixture
def named(monkeypatch):
    """The pids that the kernel was told, in order."""
    told = []
    monkeypatch.setattr(ptracer, "_set", lambda pid: told.append(pid) or True)
    monkeypatch.setattr(ptracer._Named, "pid", 0)
    return told


@pytest.fixture
def scope(tmp_path):
    def write(text):
        (tmp_path / "scope").write_text(text)
        return tmp_path / "scope"

    return write


def test_the_launcher_has_its_place_back_when_the_other_is_done(named, scope):
    assert ptracer.name(f"{os.getppid()}-{start_ticks(os.getppid())}", scope("1\n"))
    undo = ptracer.permit(4711, scope("1\n"))
    undo()
    assert named == [os.getppid(), 4711, os.getppid()]


def test_without_a_launcher_nobody_is_named_after(named, scope):
    ptracer.permit(4711, scope("1"))()
    assert named == [4711, 0]


def test_of_several_who_look_the_last_that_still_does_may(named, scope):
    first, second = (ptracer.permit(pid, scope("1")) for pid in (4711, 4712))
    first()
    assert named == [4711, 4712, 4712]  # who still looks keeps the place
    third = ptracer.permit(4713, scope("1"))
    third()
    second()
    assert named[3:] == [4713, 4712, 0]


@pytest.mark.parametrize("text", ["0", "2", "3"])
def test_in_other_scopes_nobody_is_to_be_named(named, scope, text):
    assert ptracer.permit(4711, scope(text)) is None
    assert named == []


def test_nobody_whose_pid_is_of_another_namespace_is_named(named, scope, tmp_path):
    assert ptracer.permit(0, scope("1")) is None
    assert ptracer.permit(4711, tmp_path / "none") is None
