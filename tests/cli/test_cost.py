"""``obs cost`` reads a run's shared memory, says what it found, and what to do if it found nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from obs.cli import main as cli
from obs.metrics import catalog
from obs.metrics.store import Identity, Store

SECONDS = catalog.OBS_WORK_SECONDS


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path / "obs"))
    monkeypatch.delenv("OBS_RUN_DIR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "obs"


@pytest.fixture
def store(runtime: Path) -> Iterator[Store]:
    """A service with two works, one of them owned."""
    runtime.mkdir(0o700)
    store = Store.open(runtime / "chat-api-1", Identity("chat-api"))
    for labels, seconds in {
        ("request", "POST /attachments", "media", "cpu"): 3.0,
        ("request", "POST /attachments", "media", "held"): 1.0,
        ("job", "push", "", "cpu"): 1.0,
        ("", "(loop)", "", "cpu"): 0.5,
    }.items():
        store.counter(SECONDS, *labels).add(seconds)
    store.gauge(catalog.OBS_WORK_INFO, "request", "POST /attachments", "media", "pictures").set(1.0)
    store.gauge(catalog.OBS_WORK_INFO, "job", "push", "", "").set(1.0)
    yield store
    store.detach()


def cost(capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    assert cli.main(["cost", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_by_team_since_the_run_began(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    found = cost(capsys)
    assert (found["service"], found["run"], found["by"]) == ("chat-api", "chat-api-1", "team")
    assert [(row["name"], row["cpu"], row["held"]) for row in found["rows"]] == [
        ("pictures", 3.0, 1.0),
        ("(no owner)", 1.0, 0.0),
    ]
    assert found["others"][0]["name"] == "(loop)"
    assert found["total"]["cpu"] >= 4.5


def test_the_table_is_for_people(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cost", "--by", "work"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("chat-api, ")
    assert "s since it began: CPU by work" in said
    assert "POST /attachments" in said
    assert "media (pictures)" in said
    assert "(no owner)" in said


def test_over_the_next_seconds_only_what_is_spent_then(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    push = store.counter(SECONDS, "job", "push", "", "cpu")
    ended = threading.Event()

    def spend() -> None:
        while not ended.is_set():
            push.add(0.25)
            time.sleep(0.001)

    spender = threading.Thread(target=spend)
    spender.start()
    try:
        found = cost(capsys, "--seconds", "0.1", "--by", "work")
    finally:
        ended.set()
        spender.join()
    assert [row["name"] for row in found["rows"]] == ["push"]
    assert found["seconds"] >= 0.1
    assert 0 < found["rows"][0]["cpu"] < push.cells[push.index]


def test_a_wrong_description_in_this_folder_does_not_hide_the_run(
    store: Store, runtime: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (runtime.parent / "obs.toml").write_text("[service")
    assert cost(capsys)["service"] == "chat-api"


def test_nothing_that_runs_is_one_line_and_an_error(runtime: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cost"]) == cli.ERROR
    assert "nothing runs" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--seconds", "0"], ["--seconds", "soon"], ["--top", "-1"], ["--by", "person"]])
def test_a_wrong_option_is_an_error(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["cost", *option])
    assert option[0] in capsys.readouterr().err
