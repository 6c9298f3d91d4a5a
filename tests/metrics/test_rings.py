"""The rings of a run: kept open, told dead from alive, and swept so that they never pile up."""

from __future__ import annotations

import os

import pytest

from obs.metrics import rings
from obs.metrics.folder import make_private
from obs.metrics.ring import Ring, Word
from obs.metrics.rings import RingFile, Rings, sweep_rings


@pytest.fixture
def folder(run_dir):
    return make_private(run_dir)


def dead(folder, *values, note=None, changed=None):
    """The ring of a process that has died."""
    ring = Ring(folder, {"pid": 1}, size=4096)
    for value in values:
        ring.append(value)
    if note:
        ring.note(note)
    ring.close()
    if changed is not None:
        os.utime(ring.path, (changed, changed))
    return ring.path


def test_words_are_seen_as_they_are_written(folder):
    ring = Ring(folder, {}, size=4096)
    file = RingFile(ring.path)
    ring.words[Word.BEAT] = 123
    assert (file.word(Word.BEAT), file.word(Word.DUE)) == (123, 0)
    ring.words[Word.BEAT] = 2**63
    assert file.word(Word.BEAT) == 2**63
    file.close()
    ring.close()


def test_it_follows_what_comes_and_goes(folder):
    found = Rings(folder)
    assert found.look() == []
    path = dead(folder, {"n": 1})
    (file,) = found.look()
    assert found.look() == [file], "it stays open"
    path.unlink()
    assert found.look() == []
    found.close()


def test_what_is_no_ring_is_left_out(folder):
    (folder / "empty.ring").touch()
    (folder / "short.ring").write_bytes(b"obsring\x01")
    (folder / "link.ring").symlink_to("/etc/passwd")
    (folder / "other.obs").touch()
    (folder / "rubbish.ring").write_bytes(os.urandom(20_000))
    (file,) = Rings(folder).look()
    assert (file.identity, file.pid, file.image().records) == ({}, 0, [])


def test_a_folder_that_is_gone_raises(run_dir):
    with pytest.raises(FileNotFoundError):
        Rings(run_dir).look()
    assert sweep_rings(run_dir) == []


def test_the_dead_go_if_they_say_nothing_or_are_old(folder):
    living = Ring(folder, {}, size=4096)
    empty = dead(folder, changed=1_000_000)
    recent = dead(folder, {"n": 1}, changed=1_000_000)
    noted = dead(folder, note={"work": "GET /"}, changed=1_000_000)
    old = dead(folder, {"n": 1}, changed=1_000_000 - rings.AGE - 1)
    assert set(sweep_rings(folder, now=1_000_000)) == {empty, old}
    assert {path.name for path in folder.iterdir()} == {living.path.name, recent.name, noted.name}
    living.close()


def test_no_more_than_a_few_of_the_dead_are_kept(folder):
    """A service whose workers die all day."""
    paths = [dead(folder, {"n": n}, changed=1_000_000 + n) for n in range(rings.KEPT + 5)]
    assert set(sweep_rings(folder, now=1_000_100)) == set(paths[:5])
    assert sweep_rings(folder, now=1_000_100) == []
