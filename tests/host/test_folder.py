"""A run's folder: private, locked while somebody looks after it, swept when nobody does."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

import pytest

from obs.errors import StoreError
from obs.host.folder import RunFolder, slug
from obs.metrics.sweep import sweep


@pytest.fixture
def runtime(tmp_path) -> Path:
    return tmp_path / "runtime"


def test_it_is_private_and_of_the_services_name(runtime):
    folder = RunFolder.create(runtime, "chat api/2")
    assert folder.path.parent == runtime
    assert folder.path.name.startswith("chat-api-2-")
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert runtime.stat().st_mode & 0o777 == 0o700
    folder.remove()
    assert list(runtime.iterdir()) == []


def test_two_runs_of_one_service_have_two(runtime):
    one, two = RunFolder.create(runtime, "x"), RunFolder.create(runtime, "x")
    assert one.path != two.path
    one.remove()
    two.remove()


@pytest.mark.parametrize(
    ("service", "name"), [("", "service"), ("...", "service"), ("ü/..", "service"), ("a" * 90, "a" * 24)]
)
def test_any_service_name_makes_a_short_file_name(service, name):
    assert slug(service) == name


def test_a_runtime_directory_that_others_may_read_is_refused(runtime):
    runtime.mkdir(0o755)
    with pytest.raises(StoreError, match="OBS_RUNTIME_DIR"):
        RunFolder.create(runtime, "x")


def test_a_link_in_place_of_the_runtime_directory_is_refused(runtime, tmp_path):
    runtime.symlink_to(tmp_path)
    with pytest.raises(StoreError):
        RunFolder.create(runtime, "x")


def test_removing_it_twice_is_nothing(runtime):
    folder = RunFolder.create(runtime, "x")
    folder.remove()
    folder.remove()


@pytest.fixture
def later(monkeypatch):
    """``sweep(runtime)`` as of the day after tomorrow."""
    return lambda runtime: sweep(runtime, now=time.time() + 2 * 86_400)


def test_a_sweep_leaves_a_run_that_is_looked_after(runtime, later):
    folder = RunFolder.create(runtime, "x")
    assert later(runtime) == []
    folder.remove()


def test_a_sweep_leaves_a_run_whose_launcher_is_gone_but_its_host_is_not(runtime, later):
    folder = RunFolder.create(runtime, "x")
    hosts = os.dup(folder.lock)
    os.close(folder.lock)
    assert later(runtime) == []
    os.close(hosts)
    assert later(runtime) == [folder.path]


def test_nothing_is_left_of_a_folder_that_cannot_be_locked(runtime, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(StoreError, match="No locks available"):
        RunFolder.create(runtime, "x")
    assert list(runtime.iterdir()) == []
