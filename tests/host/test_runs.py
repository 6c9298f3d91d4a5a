"""Commands that look at a run find it by themselves, or say what there is to choose from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from obs.config import Config
from obs.errors import ObsError
from obs.host import runs
from obs.host.folder import RunFolder
from obs.metrics.catalog import PROCESS_CPU
from obs.metrics.store import Identity, Role, Store

Start = Callable[..., Path]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config.load({"OBS_RUNTIME_DIR": str(tmp_path / "obs")}, tmp_path)


@pytest.fixture
def start(config: Config) -> Iterator[Start]:
    """``start("chat-api")``: a process of that service records in a run of its own, or in ``folder``."""
    stores = []

    def start(service: str, *, role: Role = "service", folder: Path | None = None) -> Path:
        folder = folder or RunFolder.create(config.runtime_dir, service).path
        stores.append(Store.open(folder, Identity(service), role=role))
        stores[-1].counter(PROCESS_CPU)
        return folder

    yield start
    for store in stores:
        store.detach()


def test_the_only_run_is_chosen(config: Config, start: Start) -> None:
    folder = start("chat-api")
    start("chat-api", folder=folder)
    start("chat-api", folder=folder, role="host")
    found = runs.choose(config)
    assert (found.folder, found.service, found.pids) == (folder, "chat-api", (os.getpid(),) * 2)
    assert abs(found.since - time.time()) < 60


def test_of_several_the_named_one_is_chosen_by_service_or_by_folder(config: Config, start: Start) -> None:
    chat, shop = start("chat-api"), start("shop")
    assert runs.choose(config, "shop").folder == shop
    assert runs.choose(config, chat.name).folder == chat


def test_several_without_a_name_are_listed(config: Config, start: Start) -> None:
    folders = [start("chat-api"), start("shop")]
    with pytest.raises(ObsError, match="2 runs are alive; choose one with --service") as caught:
        runs.choose(config)
    assert all(folder.name in str(caught.value) for folder in folders)
    assert "1 process, for 0 min" in str(caught.value)


def test_two_of_one_service_are_told_apart_by_their_folders(config: Config, start: Start) -> None:
    first, _ = start("chat-api"), start("chat-api")
    with pytest.raises(ObsError, match="2 runs are alive"):
        runs.choose(config, "chat-api")
    assert runs.choose(config, first.name).folder == first


def test_a_name_that_no_run_has_is_said_with_those_that_are_alive(config: Config, start: Start) -> None:
    start("chat-api")
    with pytest.raises(ObsError, match="no run of shop; these are alive: chat-api-"):
        runs.choose(config, "shop")


def test_nothing_runs_is_said_with_what_would(config: Config) -> None:
    with pytest.raises(ObsError, match=r"nothing runs: no process records in .*; start one with `obs run"):
        runs.choose(config)


def test_a_run_that_only_the_dead_recorded_in_does_not_run(config: Config) -> None:
    folder = RunFolder.create(config.runtime_dir, "chat-api").path
    Store.open(folder, Identity("chat-api")).detach()
    (folder / "broken.obs").write_bytes(b"nothing of ours")
    with pytest.raises(ObsError, match="nothing runs"):
        runs.choose(config)


def test_inside_a_run_that_one_is_meant(config: Config, start: Start) -> None:
    chat, shop = start("chat-api"), start("shop")
    assert runs.choose(replace(config, run_dir=chat)).folder == chat
    assert runs.choose(replace(config, run_dir=chat), "shop").folder == shop


def test_without_a_launcher_a_run_began_with_its_oldest_process(config: Config, start: Start, tmp_path: Path) -> None:
    found = runs.read(start("chat-api", folder=config.runtime_dir / "chat-api-1"))
    assert found is not None
    assert abs(found.since - runs.started(int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]))) < 1
    assert 0 < time.time() - found.since < 86_400
