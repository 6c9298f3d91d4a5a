"""Sessions: values that merge, scale, and survive a file."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from obs.profiling import file
from obs.profiling.builder import Builder
from obs.profiling.session import Frame, Process, Sample, Session, SessionError, label_frame
from tests.profiling.sessions import chat


def session(work: str = "GET /a", weight: float = 0.5, **fields: object) -> Session:
    builder = Builder()
    builder.add([label_frame(work), Frame("f", "/app/a.py", 3)], Sample((), work, "cpu", weight, pid=1))
    values = {"service": "s", "duration": 10.0, "frames": builder.frames, "samples": builder.samples, **fields}
    return Session(**values)  # type: ignore[arg-type]


def test_a_builder_sums_equal_samples_and_their_looks() -> None:
    builder = Builder()
    for _ in range(3):
        builder.add([Frame("f", "a.py", 1)], Sample((), "GET /a", "cpu", 0.01))
    assert builder.samples == (Sample((0,), "GET /a", "cpu", pytest.approx(0.03), looks=3),)


@pytest.mark.parametrize("name", ["x.json", "x.json.gz"])
def test_a_file_gives_back_the_same_session(tmp_path: Path, name: str) -> None:
    file.write(chat(), tmp_path / name)
    assert file.read(tmp_path / name) == chat()
    assert (tmp_path / name).stat().st_mode & 0o077 == 0, "others may not read it"
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_scaling_keeps_shapes_and_gives_exact_totals() -> None:
    scaled = session(totals={"GET /a": {"cpu": 3.0, "wait": 2.0}}).scaled()
    assert scaled.samples[0].weight == pytest.approx(3.0)
    assert scaled.samples[1] == Sample((), "GET /a", "wait", 2.0, looks=0), "known, but in no sample"


@pytest.mark.parametrize(("looks", "known"), [(1, 0.2), (100, 8.84)])
def test_held_of_which_little_was_seen_is_not_given_that_shape(looks: int, known: float) -> None:
    builder = Builder()
    builder.add([Frame("f", "/app/a.py", 3)], Sample((), "GET /a", "held", looks * 0.04, looks=looks))
    session = Session(frames=builder.frames, samples=builder.samples, totals={"GET /a": {"held": 20.0}})
    seen, rest = session.scaled().samples
    assert seen.weight == pytest.approx(known)
    assert rest == Sample((), "GET /a", "held", pytest.approx(20.0 - known), looks=0)


def test_what_is_not_accounted_is_not_scaled_and_what_is_nothing_is_dropped() -> None:
    assert session(totals={"GET /b": {"cpu": 0.0}}).scaled().samples == session().samples
    assert session(totals={"GET /a": {"cpu": 0.0}}).scaled().samples == ()


def test_merging_processes_sums_and_keeps_the_window() -> None:
    one = session(totals={"GET /a": {"cpu": 1.0}}, lost={"torn": 1}, processes=(Process(1),), notes=("n",), started=5.0)
    two = session(
        "GET /b", totals={"GET /a": {"cpu": 2.0}}, lost={"torn": 2}, processes=(Process(2),), notes=("n",), started=5.0
    )
    both = Session.merge([one, two])
    assert (both.duration, both.lost, both.notes) == (10.0, {"torn": 3}, ("n",))
    assert both.totals == {"GET /a": {"cpu": 3.0}}
    assert [process.pid for process in both.processes] == [1, 2]
    assert {sample.work for sample in both.samples} == {"GET /a", "GET /b"}


def test_merging_windows_sums_what_they_cover_and_sources_mix() -> None:
    both = Session.merge([session(started=0.0), session(started=20.0, source="py-spy")])
    assert (both.duration, both.started, both.source) == (20.0, 0.0, "mixed")
    assert both.samples[0].weight == pytest.approx(1.0)


def test_merging_nothing_is_an_empty_session() -> None:
    assert Session.merge([]) == Session()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not an obs profile"),
        (b"\xff\xfe\x00", "not an obs profile"),
        (b"[1, 2]", "not an obs profile"),
        (b'{"a": 1}', "not an obs profile"),
        (b'{"format": "obs.profile", "version": 99}', "version 99"),
        (b'{"format":"obs.profile","version":1,"serv', "cut off"),
        (b'{"format": "obs.profile", "version": 1}', "damaged"),
        (gzip.compress(b"x" * 1000)[:-9], "cut off"),
        (b"\x1f\x8bnothing", "cut off or damaged"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_with_the_reason(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(SessionError, match=said) as caught:
        file.read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("samples", [[0, "w", "walk", 1.0]]),
        ("samples", [[0, "w", "cpu", -1.0]]),
        ("samples", [[7, "w", "cpu", 1.0]]),
        ("stacks", [[99]]),
        ("stacks", [[-1]]),
        ("frames", [["f", "a.py", 1, "magic"]]),
        ("frames", [["f", 3, 1, "python"]]),
        ("source", "gdb"),
        ("duration", "long"),
        ("totals", []),
    ],
)
def test_a_value_without_meaning_is_refused(field: str, value: object) -> None:
    document = {**json.loads(file.dumps(session())), field: value}
    with pytest.raises(SessionError, match="damaged"):
        file.loads(json.dumps(document))


def test_a_file_that_is_not_there_or_not_writable_is_said(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="No such file"):
        file.read(tmp_path / "none.json")
    with pytest.raises(SessionError, match="can't be written"):
        file.write(session(), tmp_path / "none" / "x.json")


def test_views_are_those_sampled_or_accounted() -> None:
    assert session().views() == ("cpu",)
    assert replace(session(), totals={"w": {"delay": 1.0}}).views() == ("cpu", "delay")
