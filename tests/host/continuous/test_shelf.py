"""Kept windows: named so that they are found, within the limits at each moment, nobody else's business."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from obs.errors import ObsError
from obs.host.continuous.shelf import Shelf, TooLargeError, folder_of, forget, kept, services
from obs.metrics.sweep import sweep
from obs.profiling.file import read
from obs.profiling.session import Session
from tests.profiling.sessions import chat

NOON = 1_795_608_000.25
"""A moment in November 2026."""


def window(started: float, seconds: float = 60.0) -> Session:
    return replace(chat(), started=started, duration=seconds)


def test_a_window_is_found_again_by_when_and_of_which_run_it_was(tmp_path):
    Shelf(tmp_path / "p" / "shop", 1e9, 10**9).put(window(NOON), "3f9c0e1a2b4d")
    (one,) = kept(tmp_path / "p" / "shop")
    assert (one.started, one.ended, one.run) == (NOON, NOON + 60, "3f9c0e1a2b4d")
    assert one.path.name == "20261125T120000.250Z-60.0s-3f9c0e1a2b4d.json.gz"
    assert one.size == one.path.stat().st_size
    assert read(one.path) == window(NOON)


def test_only_its_owner_may_look(tmp_path):
    Shelf(tmp_path / "p" / "shop", 1e9, 10**9).put(window(NOON), "a")
    (one,) = kept(tmp_path / "p" / "shop")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "p", tmp_path / "p" / "shop", one.path)]
    assert modes == [0o700, 0o700, 0o600]


def test_what_is_older_than_is_to_be_kept_goes(tmp_path):
    shelf = Shelf(tmp_path / "p" / "shop", 600.0, 10**9)
    now = time.time()
    for minutes in (30, 12, 9, 1):
        shelf.put(window(now - minutes * 60), "a")
    assert [round((now - one.started) / 60) for one in kept(shelf.folder)] == [9, 1]


def test_the_oldest_go_when_the_room_is_used_up_and_there_is_never_more(tmp_path):
    shelf = Shelf(tmp_path / "p" / "shop", 1e9, 10**9)
    shelf.put(window(NOON), "a")
    size = kept(shelf.folder)[0].size
    shelf.size = int(3.5 * size)
    for minute in range(1, 8):
        shelf.put(window(NOON + 60 * minute), "a")
        assert sum(one.size for one in kept(shelf.folder)) <= shelf.size
    assert [one.started for one in kept(shelf.folder)] == [NOON + 300, NOON + 360, NOON + 420]


def test_a_window_that_is_larger_than_all_may_be_is_refused_and_the_others_stay(tmp_path):
    shelf = Shelf(tmp_path / "p" / "shop", 1e9, 10**9)
    shelf.put(window(NOON), "a")
    shelf.size = 10
    with pytest.raises(TooLargeError):
        shelf.put(window(NOON + 60), "a")
    assert len(kept(shelf.folder)) == 1


def test_two_runs_of_one_service_share_the_folder(tmp_path):
    for run in ("a", "b"):
        Shelf(tmp_path / "p" / "shop", 1e9, 10**9).put(window(NOON), run)
    assert [one.run for one in kept(tmp_path / "p" / "shop")] == ["a", "b"]


def test_a_folder_that_is_anothers_is_refused(tmp_path):
    (tmp_path / "p").mkdir(0o755)
    (tmp_path / "p").chmod(0o755)
    with pytest.raises(ObsError, match="0755"):
        Shelf(tmp_path / "p" / "shop", 1e9, 10**9).put(window(NOON), "a")


def test_what_is_no_window_is_left_alone_and_half_written_ones_go(tmp_path):
    shelf = Shelf(tmp_path / "p" / "shop", 1e9, 10**9)
    shelf.put(window(NOON), "a")
    note, half = shelf.folder / "notes.txt", shelf.folder / f".{kept(shelf.folder)[0].path.name}.17"
    note.write_text("mine")
    half.write_text("")
    os.utime(half, (1, 1))
    shelf.put(window(NOON + 60), "a")
    assert note.exists()
    assert not half.exists()
    assert len(kept(shelf.folder)) == 2


@pytest.mark.parametrize("name", ["shop", "a/b", "..", ".", ".hidden", "café au lait", "x" * 200, "100%"])
def test_every_service_has_a_folder_of_its_own_that_tells_its_name(tmp_path, name):
    profiles = tmp_path / "p"
    folder = folder_of(profiles, name)
    assert folder.parent == profiles
    Shelf(folder, 1e9, 10**9).put(window(NOON), "a")
    assert list(services(profiles)) == [name]


def test_nothing_is_kept_where_there_is_no_folder(tmp_path):
    assert kept(tmp_path / "none") == []
    assert list(services(tmp_path / "none")) == []


def test_windows_outlive_the_sweep_of_runs_that_have_ended(tmp_path):
    Shelf(tmp_path / "profiles" / "shop", 1e9, 10**9).put(window(NOON), "a")
    (tmp_path / "shop-abc").mkdir()
    assert sweep(tmp_path, time.time() + 7200) == [tmp_path / "shop-abc"]
    assert len(kept(tmp_path / "profiles" / "shop")) == 1


def test_those_of_a_service_that_never_runs_again_go_after_a_day(tmp_path):
    for service, started in (("gone", NOON), ("shop", NOON + 50_000)):
        Shelf(tmp_path / service, 1e9, 10**9).put(window(started), "a")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").touch()
    forget(tmp_path, NOON + 90_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "shop"]
    forget(tmp_path / "none")
