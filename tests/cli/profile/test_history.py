"""obs profile history."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from obs.cli.profile.diff import Diff
from obs.cli.profile.history import History
from obs.errors import ObsError
from obs.host.continuous.shelf import Shelf, folder_of, kept
from obs.profiling import file
from obs.profiling.outside.samples import UNNAMED
from obs.profiling.session import Process, Session
from tests.profiling.sessions import chat

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("COLUMNS", "120")

    def runs(*argv: str) -> str:
        parser = argparse.ArgumentParser()
        History().arguments(parser)
        assert History().run(parser.parse_args(argv)) == 0
        return capsys.readouterr().out

    return runs


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., None]:
    """``keep(service, minutes_ago, …)`` puts a window of a minute there."""

    def put(service: str, minutes: float, **fields: object) -> None:
        session = of_cpu(service=service, started=time.time() - 60 * minutes, duration=60.0, **fields)
        Shelf(folder_of(tmp_path / "run" / "profiles", service), 86_400, 10**9).put(session, "r")

    return put


def of_cpu(times: float = 1.0, **fields: object) -> Session:
    """The chat service's session as a window has it: of CPU alone, ``times`` as much of it."""
    session = chat()
    samples = tuple(sample._replace(weight=times * sample.weight) for sample in session.samples if sample.view == "cpu")
    return replace(session, samples=samples, totals={}, **fields)  # type: ignore[arg-type]


def test_without_a_time_it_lists_the_windows(run: Run, keep: Callable[..., None]) -> None:
    keep("chat", 5, service_version="1.2.3")
    keep("chat", 3, service_version="1.2.4")
    head, _day, first, second, last = run().splitlines()
    assert head.split() == ["from", "to", "cpu", "s", "loop", "processes", "version", "hottest"]
    assert "1.2.3" in first
    assert "1.2.4" in second
    assert first.rstrip().endswith("views/export.py:41 export, of GET /export/<int:id>")
    assert last.startswith("2 windows, ")


def test_a_span_is_one_session(run: Run, keep: Callable[..., None], tmp_path: Path) -> None:
    for minutes in (50, 5, 4):
        keep("chat", minutes)
    run("--since", "10m", "-o", str(tmp_path / "x.json"))
    merged = file.read(tmp_path / "x.json")
    assert sum(sample.weight for sample in merged.samples) == pytest.approx(
        2 * sum(sample.weight for sample in of_cpu().samples)
    )
    assert merged.duration == pytest.approx(120.0, abs=0.1)
    assert run("--since", "10m").startswith("Hottest: cpu, ")


def test_before_and_after_a_deploy_compare(
    run: Run, keep: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("chat", 9, service_version="1", calls={"GET /search": 100.0})
    keep("chat", 3, times=2.0, service_version="2", calls={"GET /search": 100.0})
    for version in ("1", "2"):
        run("--version", version, "-o", str(tmp_path / f"{version}.json.gz"))
    parser = argparse.ArgumentParser()
    Diff().arguments(parser)
    Diff().run(parser.parse_args([str(tmp_path / "1.json.gz"), str(tmp_path / "2.json.gz")]))
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("GET /search"))
    assert row.endswith("2.00x")


def test_a_moment_is_the_window_that_it_is_in(run: Run, keep: Callable[..., None], tmp_path: Path) -> None:
    for minutes in (6, 5, 4):
        keep("chat", minutes, service_version=f"{minutes}")
    run("--at", "4.5m", "-o", str(tmp_path / "x.json"))
    assert file.read(tmp_path / "x.json").service_version == "5"


def test_a_time_and_list_lists_those_of_the_time(run: Run, keep: Callable[..., None]) -> None:
    keep("chat", 50)
    keep("chat", 5)
    assert run("--since", "10m", "--list").splitlines()[-1].startswith("1 window, ")
    assert run("--until", "10m", "--list").splitlines()[-1].startswith("1 window, ")


def test_what_is_said_of_each_window_is_said_once_of_all(run: Run, keep: Callable[..., None], tmp_path: Path) -> None:
    for minutes, share in ((5, 0.02), (4, 0.07)):
        keep("chat", minutes, notes=(UNNAMED.format(share=share), "another"), processes=(Process(7, "x", "3.11", 9.5),))
    run("--since", "10m", "-o", str(tmp_path / "x.json"))
    merged = file.read(tmp_path / "x.json")
    assert sum("routing had not named them" in note for note in merged.notes) == 1
    assert merged.notes.count("another") == 1
    assert len(merged.processes) == 1


def test_which_service_is_asked_where_there_are_several(run: Run, keep: Callable[..., None]) -> None:
    keep("chat", 5)
    keep("shop", 5)
    with pytest.raises(ObsError, match="windows of 2 services are kept; choose one with --service NAME: chat, shop"):
        run()
    assert run("--service", "shop").splitlines()[-1].endswith("profiles/shop")
    with pytest.raises(ObsError, match="no windows of push are kept; there are some of chat, shop"):
        run("--service", "push")


def test_where_nothing_is_kept_it_says_how_to(run: Run) -> None:
    with pytest.raises(ObsError, match="no windows are kept here; start the service with `obs run --profile"):
        run()


def test_a_time_of_which_there_is_nothing_is_an_error(run: Run, keep: Callable[..., None]) -> None:
    keep("chat", 50)
    with pytest.raises(ObsError, match="no window of chat is from then"):
        run("--since", "10m")


def test_a_window_that_is_damaged_is_named_and_the_others_are_shown(
    run: Run, keep: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("chat", 6)
    keep("chat", 5)
    damaged = kept(tmp_path / "run" / "profiles" / "chat")[0].path
    damaged.write_bytes(damaged.read_bytes()[:100])
    parser = argparse.ArgumentParser()
    History().arguments(parser)
    History().run(parser.parse_args([]))
    said = capsys.readouterr()
    assert said.err.startswith(f"obs: {damaged}")
    assert said.out.splitlines()[-1].startswith("1 window, ")


def test_an_unknown_ending_is_refused_before_anything_is_read(run: Run) -> None:
    with pytest.raises(ObsError, match="the endings are"):
        run("-o", "x.foo")
