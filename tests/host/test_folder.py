"""A run's folder: private, locked while somebody looks after it, swept when nobody does."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest

from obs.errors import StoreError
from obs.host.folder import YOUNG, RunFolder, slug, sweep


@pytest.fixture
def runtime(tmp_path) -> Path:
    return tmp_path / "runtime"


def age(path: Path) -> None:
    then = time.time() - 2 * YOUNG
    os.utime(path, (then, then))


def made(path: Path, *files: str) -> Path:
    path.mkdir(0o700)
    for file in files:
        (path / file).touch()
    age(path)
    return path


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


def test_a_sweep_takes_what_nobody_looks_after(runtime):
    RunFolder.create(runtime, "x").remove()
    stale = made(runtime / "shop-1", "a.obs", "spans.sock")
    assert sweep(runtime) == [stale]
    assert not stale.exists()


def test_a_sweep_leaves_a_run_that_is_looked_after(runtime):
    folder = RunFolder.create(runtime, "x")
    age(folder.path)
    assert sweep(runtime) == []
    folder.remove()


def test_a_sweep_leaves_a_run_whose_launcher_is_gone_but_a_process_is_not(runtime):
    RunFolder.create(runtime, "x").remove()
    path = made(runtime / "shop-1", "a.obs", "b.obs")
    with (path / "b.obs").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert sweep(runtime) == []
    assert sweep(runtime) == [path]


def test_a_sweep_leaves_young_folders_links_and_files(runtime, tmp_path):
    RunFolder.create(runtime, "x").remove()
    (runtime / "young").mkdir()
    (runtime / "link").symlink_to(made(tmp_path / "elsewhere"))
    (runtime / "file").touch()
    assert sweep(runtime) == []
    assert (tmp_path / "elsewhere").is_dir()


def test_a_sweep_of_nothing_is_nothing(runtime):
    assert sweep(runtime) == []
