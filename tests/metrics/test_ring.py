"""A ring keeps its newest records whole, whatever happens to its writer, its file, or while it is read."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.errors import StoreError
from obs.metrics import ring as rings
from obs.metrics.folder import make_private
from obs.metrics.ring import HEADER, MARK, NOTHING, Ring, read
from obs.metrics.rings import RingFile


@pytest.fixture
def folder(run_dir):
    return make_private(run_dir)


@pytest.fixture
def ring(folder):
    made = Ring(folder, {"pid": os.getpid(), "role": "service"}, size=4096)
    yield made
    made.close()


def content(ring):
    return ring.path.read_bytes()


def numbers(ring):
    return [record.value["n"] for record in read(content(ring)).records]


def test_what_is_written_is_read_in_order(ring):
    for n in range(3):
        ring.append({"n": n, "text": "ü" * n})
    found = read(content(ring))
    assert [record.value for record in found.records] == [{"n": n, "text": "ü" * n} for n in range(3)]
    assert found.identity == {"pid": os.getpid(), "role": "service", "id": ring.id}
    assert (found.note, found.torn) == ({}, 0)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 480), min_size=1, max_size=200))
def test_the_newest_are_kept_however_long_they_are(tmp_path_factory, lengths):
    ring = Ring(make_private(tmp_path_factory.mktemp("r") / "run"), {}, size=4096)
    try:
        for n, length in enumerate(lengths):
            ring.append({"n": n, "x": "x" * length})
        kept = numbers(ring)
        assert kept == list(range(kept[0], len(lengths)))
        assert read(content(ring)).torn == 0
        needed = sum(length + 48 for length in lengths[-4:])
        assert len(kept) >= 4 or needed > 4096 or len(lengths) < 4
    finally:
        ring.close()


def test_the_note_is_written_in_place_and_taken_back(ring):
    assert ring.note({"work": "GET /"})
    assert read(content(ring)).note == {"work": "GET /"}
    assert not ring.note({"work": "x" * rings.NOTE_BYTES}), "it says so if it is too long"
    assert read(content(ring)).note == {}, "half of one is none"
    ring.note({"work": "GET /b"})
    ring.note(None)
    assert read(content(ring)).note == {}


def test_a_record_that_is_too_long_is_refused(ring):
    with pytest.raises(ValueError, match="too long"):
        ring.append({"x": "x" * 5000})
    ring.append({"n": 1})
    assert numbers(ring) == [1]


def test_a_record_with_a_wrong_byte_is_left_out_and_counted(ring):
    for n in range(3):
        ring.append({"n": n})
    broken = content(ring).replace(b'{"n":1}', b'{"n":7}')
    found = read(broken)
    assert ([record.value["n"] for record in found.records], found.torn) == ([0, 2], 1)


@pytest.mark.parametrize("cut", range(0, 48, 8))
def test_a_record_that_its_writer_did_not_finish_hides_no_other(ring, cut):
    """A SIGKILL in the middle of a copy: the head is there, and part of the payload."""
    for n in range(60):
        ring.append({"n": n, "x": "x" * 100})
    whole, before = bytearray(content(ring)), numbers(ring)
    at = HEADER + whole[HEADER:].find(b'{"n":59,') - 24
    whole[at + 20 : at + 24] = bytes(4)  # the checksum comes last
    whole[at + 24 + cut : at + 24 + 112] = bytes(112 - cut)
    found = read(bytes(whole))
    assert [record.value["n"] for record in found.records] == before[:-1]
    assert found.torn == 1


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=600), st.integers(0, 4000))
def test_rubbish_is_never_read_as_a_record_nor_raises(rubbish, at):
    image = bytearray(HEADER + 4096)
    image[:8] = rings.MAGIC
    image[HEADER + at : HEADER + at + len(rubbish)] = rubbish[: 4096 - at]
    assert read(bytes(image)) == NOTHING
    found, _ = rings.scan((MARK + rubbish) * 3)
    assert found == []
    assert read(rubbish) == NOTHING


def test_a_full_disk_is_one_clear_line_and_leaves_nothing(folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StoreError, match="No space left on device; make room there"):
        Ring(folder, {})
    assert list(folder.iterdir()) == []


@pytest.mark.real
def test_a_full_tmpfs_is_no_signal(tmp_path):
    """Allocated before it is mapped: a hole would be a SIGBUS in the middle of a record."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount a tmpfs")  # an unprivileged run
    try:
        with pytest.raises(StoreError, match="No space left"):
            Ring(small, {})
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_it_is_read_while_it_is_written(folder):
    """A reader never sees half a record, and never one that was not written."""
    ring = Ring(folder, {}, size=8192)
    file = RingFile(ring.path)
    stop = threading.Event()

    def write():
        n = 0
        while not stop.is_set():
            ring.append({"n": n, "twice": n * 2, "x": "x" * (n % 700)})
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        newest = -1
        for _ in range(300):
            found = file.image()
            kept = [record.value["n"] for record in found.records]
            assert all(record.value["twice"] == 2 * record.value["n"] for record in found.records)
            assert kept == sorted(kept)
            assert not kept or kept[-1] >= newest
            newest = kept[-1] if kept else newest
    finally:
        stop.set()
        writer.join()
        file.close()
        ring.close()


KILLED = """
import os, sys
from pathlib import Path
from obs.metrics.ring import Ring
ring = Ring(Path(sys.argv[1]), {"pid": os.getpid()})
n = 0
while True:
    ring.append({"n": n, "twice": 2 * n, "x": "x" * 3000})
    n += 1
    if n == 100:
        print(ring.path, flush=True)
"""


def test_it_is_there_after_its_process_was_killed(folder):
    with subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        path = process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)
    file = RingFile(folder / path.rpartition("/")[2])
    try:
        assert not file.alive
        found = file.image()
        assert len(found.records) > 30
        assert found.torn <= 1
        assert all(record.value["twice"] == 2 * record.value["n"] for record in found.records)
        assert file.pid == process.pid
    finally:
        file.close()


def test_a_forked_child_writes_nothing_into_its_parents_and_does_not_keep_it_alive(ring):
    ring.append({"n": 0})
    end, other = os.pipe()
    begun, begins = os.pipe()
    child = os.fork()
    if not child:
        os.close(other)
        os.write(begins, b".")
        wrote = False
        try:
            ring.append({"n": 1})
            wrote = True
        except ValueError:
            pass
        ring.note({"work": "the child's"})
        os.read(end, 1)
        os._exit(wrote or ring.is_open)
    os.close(end)
    os.read(begun, 1)
    file = RingFile(ring.path)
    assert file.alive
    ring.close()
    assert not file.alive, "the child has let go of it"
    for descriptor in (other, begun, begins):
        os.close(descriptor)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ([record.value for record in file.image().records], file.image().note) == ([{"n": 0}], {})
    file.close()
