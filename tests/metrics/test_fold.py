from __future__ import annotations

import contextlib
import errno
import os
import random
import signal
from pathlib import Path

import pytest

from obs.metrics import fold as folding
from obs.metrics.directory import Directory, Keys
from obs.metrics.fold import fold
from obs.metrics.reader import Reader
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, disconnects, durations, files, of, program, run, values

NAME = "obs_request_disconnects_total"
STEPS = ("written", "in force", "removed", "removed again")


class Died(BaseException):
    """The folder dies here: not even an except clause of its own runs."""


def dead(run_dir, amount=1.0):
    store = Store.open(run_dir, IDENTITY)
    disconnects(store).add(amount)
    durations(store).observe(amount)
    store.detach()


def test_what_the_dead_counted_is_kept_in_one_file(run_dir):
    for _ in range(5):
        dead(run_dir)
    before = values(run_dir)
    assert fold(run_dir) == 5
    assert files(run_dir) == ["folded.obs"]
    assert values(run_dir) == before
    assert fold(run_dir) == 0
    dead(run_dir)
    assert fold(run_dir) == 1
    assert values(run_dir)[NAME, "/x"] == [6.0]


def test_the_living_are_left_alone(run_dir):
    store = Store.open(run_dir, IDENTITY)
    disconnects(store).add(1)
    dead(run_dir)
    assert fold(run_dir) == 1
    disconnects(store).add(1)
    assert values(run_dir)[NAME, "/x"] == [3.0]
    assert store.path.exists()


@pytest.mark.parametrize("at", STEPS)
def test_a_folder_that_dies_at_any_point_changes_no_count(run_dir, at):
    for _ in range(3):
        dead(run_dir)
    reader = Reader(run_dir)
    assert of(reader)[NAME, "/x"] == [3.0]
    seen = []

    def step(name):
        seen.append(name if name not in seen else name + " again")
        if seen[-1] == at:
            raise Died

    with pytest.raises(Died):
        fold(run_dir, step)
    assert of(reader)[NAME, "/x"] == [3.0]
    assert values(run_dir)[NAME, "/x"] == [3.0]
    dead(run_dir)
    fold(run_dir)
    assert of(reader)[NAME, "/x"] == [4.0]
    assert files(run_dir) == ["folded.obs"]


@pytest.mark.parametrize("at", STEPS[:3])
def test_a_folder_that_is_killed_at_any_point_changes_no_count(run_dir, at):
    for _ in range(3):
        dead(run_dir)
    source = f"""
        def step(name):
            if name == {at!r}:
                os.kill(os.getpid(), signal.SIGKILL)
        fold(RUN_DIR, step)
    """
    with program(source, run_dir) as target:
        target.communicate(timeout=60)
    assert target.returncode == -signal.SIGKILL
    assert values(run_dir)[NAME, "/x"] == [3.0]
    fold(run_dir)
    assert values(run_dir)[NAME, "/x"] == [3.0]
    assert files(run_dir) == ["folded.obs"]


def test_a_full_disk_loses_nothing(run_dir, monkeypatch):
    dead(run_dir)
    fold(run_dir)
    dead(run_dir)
    monkeypatch.setattr(Path, "write_bytes", _no_space)
    with pytest.raises(OSError, match="No space"):
        fold(run_dir)
    assert values(run_dir)[NAME, "/x"] == [2.0]
    assert not list(run_dir.glob("*.new"))
    monkeypatch.undo()
    assert fold(run_dir) == 1
    assert values(run_dir)[NAME, "/x"] == [2.0]


def _no_space(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_one_folds_at_a_time(run_dir):
    dead(run_dir)
    done = []

    def step(name):
        done.append(fold(run_dir))

    assert fold(run_dir, step) == 1
    assert done
    assert not any(done)
    assert values(run_dir)[NAME, "/x"] == [1.0]


def test_a_fold_in_the_middle_of_a_reading_is_noticed(run_dir, monkeypatch):
    for _ in range(3):
        dead(run_dir)
    reader = Reader(run_dir)
    merge = reader._merge
    folds = []

    def slow(sources, **how):
        if len(folds) < 2:
            folds.append(fold(run_dir))
            dead(run_dir)
        return merge(sources, **how)

    monkeypatch.setattr(reader, "_merge", slow)
    assert of(reader)[NAME, "/x"] == [5.0]
    assert folds == [3, 1]


def test_a_folder_that_is_folded_without_end_is_an_error(run_dir, monkeypatch):
    reader = Reader(run_dir)
    dead(run_dir)
    monkeypatch.setattr(reader, "_in_force", lambda: False)
    with pytest.raises(TimeoutError):
        reader.snapshot()


def test_exemplars_outlive_their_process(run_dir):
    for i, store in enumerate([Store.open(run_dir, IDENTITY), Store.open(run_dir, IDENTITY)]):
        durations(store).observe(0.3)
        durations(store).exemplar(0.3, i + 1, 7)
        store.detach()
        fold(run_dir)
    ((place, exemplar),) = Reader(run_dir).snapshot(exemplars=True).examples.items()
    assert place[1] == 7
    assert exemplar.labels["trace_id"] == f"{2:032x}"


def test_torn_records_stay_counted(run_dir):
    store = Store.open(run_dir, IDENTITY)
    disconnects(store).add(1)
    disconnects(store, "/torn").add(1)
    path, at = store.path, store._log.end - 12
    store.detach()
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert values(run_dir)["obs_self_torn_total",] == [1.0]
    fold(run_dir)
    found = values(run_dir)
    assert found["obs_self_torn_total",] == [1.0]
    assert found[NAME, "/x"] == [1.0]


def test_unfinished_files_are_removed_when_they_are_old(run_dir, monkeypatch):
    store = Store.open(run_dir, IDENTITY)
    (run_dir / "old.new").write_bytes(b"")
    (run_dir / "young.new").write_bytes(b"")
    os.utime(run_dir / "old.new", (0, 0))
    fold(run_dir)
    assert sorted(path.name for path in run_dir.glob("*.new")) == ["young.new"]
    assert store.path.exists()


@pytest.mark.parametrize("seed", range(4))
def test_no_counter_ever_goes_down(run_dir, seed, monkeypatch):
    """Whatever processes are born, die, are folded, or kill the folder, in whatever order, while readers read."""
    dice = random.Random(seed)
    reader, alive, counted, seen = Reader(run_dir), [], 0.0, {}
    Store.open(run_dir, IDENTITY).detach()
    merge = reader._merge

    def disturbed(sources, **how):
        if dice.random() < 0.2:
            _fold(run_dir, dice)
        return merge(sources, **how)

    monkeypatch.setattr(reader, "_merge", disturbed)
    for _ in range(150):
        act = dice.random()
        if act < 0.2 or not alive:
            alive.append(Store.open(run_dir, IDENTITY))
        elif act < 0.4:
            alive.pop(dice.randrange(len(alive))).detach()
        elif act < 0.5:
            _fold(run_dir, dice)
        elif act < 0.8:
            counted += _record(dice.choice(alive), dice)
        else:
            seen = _checked(of(dice.choice([reader, Reader(run_dir)])), seen, counted)
    _checked(of(reader), seen, counted)
    assert len(files(run_dir)) <= 150


def _record(store, dice):
    for _ in range(dice.randint(1, 5)):
        durations(store, f"/{dice.randint(0, 3)}").observe(dice.random() * 10 ** dice.randint(-8, 2))
    disconnects(store).add(1.0)
    return 1.0


def _fold(run_dir, dice):
    deadly = dice.randint(0, 6)

    def step(name):
        nonlocal deadly
        deadly -= 1
        if not deadly:
            raise Died

    with contextlib.suppress(Died):
        fold(run_dir, step)


def _checked(found, seen, counted):
    assert found.get((NAME, "/x"), [0.0]) == [counted]
    for key, cells in seen.items():
        if key[0] != "http_server_active_requests":
            assert all(now >= before for now, before in zip(found[key], cells, strict=True)), key
    return {key: cells for key, cells in found.items() if key[0].endswith(("_total", "_seconds"))}


def test_workers_killed_while_a_scraper_folds(run_dir):
    """Real processes: what they had counted when they were killed is exactly what is read, at every moment no less."""
    worker = """
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        n = 0
        while True:
            n += 1
            counter.add(1.0)
            os.write(1, b"%d\\n" % n)
    """
    counted, last = 0, 0.0
    reader = None
    for _round in range(6):
        with program(worker, run_dir) as target:
            for _ in range(200):
                line = target.stdout.readline()
            reader = reader or Reader(run_dir)
            fold(run_dir)
            now = of(reader)[NAME, "/x"][0]
            assert now >= last
            last = now
            target.kill()
            counted += int((target.stdout.read().strip().split("\n")[-1]) or line)
    fold(run_dir)
    assert counted <= of(reader)[NAME, "/x"][0] <= counted + 6
    assert files(run_dir) == ["folded.obs"]


def test_many_names_fit_into_the_folded_file(run_dir, monkeypatch):
    for _ in range(3):
        dead(run_dir)
    image = folding.compose({}, {}, [f"{i:016x}" for i in range(2500)])
    directory = Directory(Keys())
    directory.read(image, len(image))
    assert len(directory.folded) == 2500
    assert directory.torn == 0


def test_a_scrape_by_two_hosts_at_once_counts_once(run_dir):
    source = """
        store = Store.open(RUN_DIR, IDENTITY)
        store.counter(OBS_REQUEST_DISCONNECTS, "/x").add(1)
        for _ in range(3):
            for _ in range(5):
                if not os.fork():
                    store.counter(OBS_REQUEST_DISCONNECTS, "/x").add(1)
                    os._exit(0)
            scrapers = []
            for _ in range(2):
                child = os.fork()
                if not child:
                    for _ in range(20):
                        fold(RUN_DIR)
                        Reader(RUN_DIR).snapshot()
                    os._exit(0)
            for _ in range(7): os.wait()
    """
    run(source, run_dir)
    assert values(run_dir)[NAME, "/x"] == [16.0]
