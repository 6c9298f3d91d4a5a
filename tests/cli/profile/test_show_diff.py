"""obs profile show and obs profile diff."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from obs.cli.command import Command
from obs.cli.profile.diff import Diff
from obs.cli.profile.show import Show
from obs.errors import ObsError
from obs.profiling import file
from tests.profiling.sessions import chat

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def runs(command: Command, *argv: str) -> str:
        parser = argparse.ArgumentParser()
        command.arguments(parser)
        assert command.run(parser.parse_args(argv)) == 0
        return capsys.readouterr().out

    return runs


@pytest.fixture
def recorded(tmp_path: Path) -> str:
    file.write(chat(), tmp_path / "a.json")
    return str(tmp_path / "a.json")


def test_show_prints_the_report(run: Run, recorded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    report = run(Show(), recorded, "--work", "search", "--view", "wait", "--top", "1")
    assert report.startswith("Hottest: wait, 3 s (100%) at store/unread.py:12 unread\n")
    assert "export" not in report
    assert max(map(len, report.splitlines())) <= 90


def test_show_writes_what_the_ending_asks_for_and_says_where(run: Run, recorded: str, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    assert run(Show(), recorded, "-o", str(path)).startswith(f"{path}: ")
    assert path.read_bytes().startswith(b"<!DOCTYPE html>")


def test_several_files_are_shown_as_one(run: Run, recorded: str, tmp_path: Path) -> None:
    run(Show(), recorded, recorded, "-o", str(tmp_path / "both.json.gz"))
    both = file.read(tmp_path / "both.json.gz")
    assert sum(sample.weight for sample in both.samples) == pytest.approx(2 * sum(s.weight for s in chat().samples))


def test_small_nodes_and_tails_can_be_left_out(run: Run, recorded: str, tmp_path: Path) -> None:
    run(Show(), recorded, "-o", str(tmp_path / "x.collapsed"), "--view", "cpu", "--fold", "--merged", "--least", "5%")
    text = (tmp_path / "x.collapsed").read_text()
    assert "dumps_(json/__init__.py) " in text
    assert "iterencode" not in text
    assert "GET" not in text
    assert "(each_below_5.00%)" in text


@pytest.mark.parametrize("argument", [["--least", "100"], ["--top", "0"], ["--view", "wall"], ["--least", "x"]])
def test_a_wrong_option_is_refused(run: Run, recorded: str, argument: list[str]) -> None:
    with pytest.raises(SystemExit):
        run(Show(), recorded, *argument)


def test_an_unknown_ending_lists_the_known_ones_and_writes_nothing(run: Run, recorded: str, tmp_path: Path) -> None:
    for command, files in ((Show(), [recorded]), (Diff(), [recorded, recorded])):
        with pytest.raises(ObsError, match=r"endings are \.html, "):
            run(command, *files, "-o", str(tmp_path / "x.png"))
    assert not (tmp_path / "x.png").exists()


def test_diff_prints_the_largest_change_first_and_draws_it(run: Run, recorded: str, tmp_path: Path) -> None:
    file.write(chat(worse=2.0), tmp_path / "b.json")
    report = run(Diff(), recorded, str(tmp_path / "b.json"))
    table = report[report.index("work ") :].splitlines()
    assert table[1].split()[:3] == ["GET", "/export/<int:id>", "cpu"]
    run(Diff(), recorded, str(tmp_path / "b.json"), "-o", str(tmp_path / "d.html"))
    assert b'"diff":true' in (tmp_path / "d.html").read_bytes()
