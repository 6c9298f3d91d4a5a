"""Leave to look, where Yama lets only ancestors: asked of the process, and given back. Its prctl is a stand-in here."""

from __future__ import annotations

import os
import time

import pytest

from obs.agent.hello import Hello
from obs.agent.permit import Permit
from obs.agent.server import Server
from obs.host.profile import permission
from obs.host.profile.permission import Permission
from obs.host.profile.targets import Target
from obs.runtime.blocks import ptracer


@pytest.fixture
def target(tmp_path, monkeypatch):
    """Of this process, as if it were another's that is no child of who looks, and not root's."""
    server = Server(tmp_path / "0123456789abcdef.agent", (Hello(), Permit()))
    server.start()
    monkeypatch.setattr(permission, "restricted", lambda: True)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() or 65534)
    yield Target(os.getpid(), tmp_path / "0123456789abcdef.obs")
    server.stop(10.0)


@pytest.fixture
def named(monkeypatch, tmp_path):
    told = []
    (tmp_path / "scope").write_text("1\n")
    permit = ptracer.permit
    monkeypatch.setattr(ptracer, "permit", lambda pid: permit(pid, tmp_path / "scope"))
    monkeypatch.setattr(ptracer, "_set", lambda pid: told.append(pid) or True)
    monkeypatch.setattr(ptracer._Named, "pid", 1)
    return told


def until(found):
    end = time.monotonic() + 10
    while not found() and time.monotonic() < end:
        time.sleep(0.01)
    return found()


def test_who_profiles_is_permitted_until_he_goes(target, named):
    asked = Permission(target)
    assert named == [os.getpid()]
    asked.close()
    assert until(lambda: named == [os.getpid(), 1])


def test_where_it_is_refused_nothing_is_lost(target, monkeypatch):
    monkeypatch.setattr(ptracer, "permit", lambda _: None)
    Permission(target).close()


@pytest.mark.parametrize("why", ["root", "no yama", "no obs there", "no agent"])
def test_where_nobody_is_to_be_asked_nobody_is(target, named, monkeypatch, tmp_path, why):
    if why == "root":
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    elif why == "no yama":
        monkeypatch.setattr(permission, "restricted", lambda: False)
    file = {"no obs there": None, "no agent": tmp_path / "none.obs"}.get(why, target.file)
    Permission(Target(os.getpid(), file)).close()
    assert named == []
