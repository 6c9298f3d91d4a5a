"""Layouts in files, which anybody may have written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from obs.profiling.reader import Reader, ReaderError, kept, probing
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.mappings import Mapping

RECORDS = """
import mmap, sys
file = open(sys.argv[1], "w+b")
file.truncate(4096)
counts = mmap.mmap(file.fileno(), 4096)
print("ready", flush=True)
input()
"""


@pytest.fixture(scope="module")
def own() -> Layout:
    """This interpreter's."""
    reader = Reader(os.getpid())
    return reader.layout


@pytest.fixture
def process(tmp_path):
    """One that records into ``tmp_path``."""
    command = [sys.executable, "-c", RECORDS, str(tmp_path / "counts.obs")]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as started:
        assert started.stdout
        started.stdout.readline()
        yield started
        started.kill()


@pytest.fixture
def no_interpreter(monkeypatch):
    """None is run, and none has been."""

    def run(_):
        raise ReaderError("an interpreter was run")

    monkeypatch.setattr(probing, "run", run)
    monkeypatch.setattr(probing, "_known", {})


def published(tmp_path: Path) -> Path:
    (file,) = (tmp_path / kept.PUBLISHED).glob("*.json")
    return file


def test_what_is_published_is_read_by_without_its_interpreter(process, tmp_path, own, request):
    probing.publish(process.pid, tmp_path)
    request.getfixturevalue("no_interpreter")
    reader = Reader(process.pid)
    assert (reader.layout.python, reader.layout.runtime) == (own.python, own.runtime)
    assert [each.stack[-1].function for each in reader.look().threads] == ["<module>"]
    reader.close()
    assert probing._known == {}  # another user's process with this program is not to be read by it
    assert (tmp_path / kept.PUBLISHED).stat().st_mode & 0o077 == 0


def test_what_is_published_for_another_program_is_passed_over(process, tmp_path, request):
    probing.publish(process.pid, tmp_path)
    file = published(tmp_path)
    file.rename(file.with_name("0" * 32 + ".json"))
    request.getfixturevalue("no_interpreter")
    with pytest.raises(ReaderError, match="an interpreter was run"):
        Reader(process.pid)


def hostile(own: Layout) -> dict[str, str]:
    found = asdict(own)
    return {
        "no object": "[1]",
        "no JSON": "{",
        "deep": "[" * 60_000,
        "nothing": "{}",
        "too long": " " * kept.LARGEST + json.dumps(found),
        "far": json.dumps(found | {"thread_ident": 1 << 40}),
        "negative": json.dumps(found | {"frame_code": -8}),
        "bool": json.dumps(found | {"none": True}),
        "float": json.dumps(found | {"threads": 16.0}),
        "text": json.dumps(found | {"threads": "16"}),
        "number": json.dumps(found | {"runtime_file": 7}),
        "object": json.dumps(found | {"threads": {}}),
        "long": json.dumps(found | {"leaving": [1] * 5000}),
        "without": json.dumps({name: value for name, value in found.items() if name != "leaving"}),
    }


NAMES = [*hostile(Layout(**{f.name: () if "tuple" in str(f.type) else 0 for f in fields(Layout)}))]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_what_can_be_no_layout_is_refused(own, tmp_path, name):
    (tmp_path / "key.json").write_text(json.dumps(asdict(own)))
    assert kept.read(tmp_path, "key") == own
    (tmp_path / "key.json").write_text(hostile(own)[name])
    assert kept.read(tmp_path, "key") is None


def test_a_pipe_or_a_link_is_not_opened(own, tmp_path):
    kept.write(tmp_path / "folder", "real", own)
    (tmp_path / "folder" / "link.json").symlink_to("real.json")
    os.mkfifo(tmp_path / "folder" / "pipe.json")
    assert kept.read(tmp_path / "folder", "real") == own
    assert kept.read(tmp_path / "folder", "link") is None
    assert kept.read(tmp_path / "folder", "pipe") is None


def test_a_file_of_a_third_user_is_passed_over(own, tmp_path):
    kept.write(tmp_path / "folder", "key", own)
    assert kept.read(tmp_path / "folder", "key", {os.geteuid()}) == own
    assert kept.read(tmp_path / "folder", "key", {os.geteuid() + 1}) is None


def test_a_wrong_layout_makes_a_reading_that_is_refused(process, tmp_path, own, request):
    probing.publish(process.pid, tmp_path)
    published(tmp_path).write_text(json.dumps(asdict(replace(own, interpreters=0, threads=8, runtime=64))))
    request.getfixturevalue("no_interpreter")
    with pytest.raises(ReaderError):
        Reader(process.pid)


def test_a_run_is_known_by_what_is_recorded_into_it():
    maps = [
        Mapping(0, 1, "rw-s", "/dev/shm/obs-1/run/a.obs (deleted)"),
        Mapping(1, 2, "r--s", "/elsewhere/a.obs"),
        Mapping(2, 3, "rw-p", "[heap]"),
    ]
    assert list(kept.records(maps)) == ["/dev/shm/obs-1/run"]
