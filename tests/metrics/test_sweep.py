from __future__ import annotations

import fcntl
import os
import time

from obs.metrics.store import Store
from obs.metrics.sweep import AGE, sweep
from tests.metrics.running import IDENTITY

LATER = time.time() + 2 * AGE


def test_runs_in_which_nothing_lives_are_removed(tmp_path):
    living, dead = Store.open(tmp_path / "living", IDENTITY), Store.open(tmp_path / "dead", IDENTITY)
    dead.detach()
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    assert sorted(path.name for path in sweep(tmp_path, LATER)) == ["dead", "empty"]
    assert sorted(os.listdir(tmp_path)) == ["file", "living"]  # noqa: PTH208
    assert living.path.exists()


def test_the_young_are_left_alone(tmp_path):
    Store.open(tmp_path / "dead", IDENTITY).detach()
    assert sweep(tmp_path) == []


def test_a_held_lock_keeps_a_folder(tmp_path):
    Store.open(tmp_path / "run", IDENTITY).detach()
    with (tmp_path / "run" / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert sweep(tmp_path, LATER) == []
    assert sweep(tmp_path, LATER) == [tmp_path / "run"]


def test_links_and_corrupt_files_do_no_harm(tmp_path):
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "precious").write_text("")
    runtime = tmp_path / "runtime"
    (runtime / "run").mkdir(parents=True)
    (runtime / "link").symlink_to(target)
    (runtime / "run" / "x.lock").symlink_to(target / "precious")
    (runtime / "run" / "garbage.obs").write_bytes(b"garbage")
    assert sweep(runtime, LATER) == [runtime / "run"]
    assert (target / "precious").exists()


def test_a_folder_that_is_not_there_is_nothing_to_sweep(tmp_path):
    assert sweep(tmp_path / "missing") == []
