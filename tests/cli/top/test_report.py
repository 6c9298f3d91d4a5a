"""Without a terminal: one table, objects, and clear words when there is nothing or it is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from obs.cli import main as cli
from obs.cli.top import report
from obs.cli.top.feed import Feed
from obs.cli.top.state import State
from obs.host.runs import read
from tests.cli.top import scene
from tests.cli.top.conftest import Service


@pytest.fixture
def feed(service: Service) -> Feed:
    run = read(service.folder)
    assert run
    return Feed(run)


def test_elsewhere_than_on_a_terminal_it_is_one_plain_table(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["top", "--interval", "0.5"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("chat-api   up ")
    assert "\nGET /home" in said
    assert "\ntotal" in said
    assert "\x1b" not in said


def test_the_table_is_of_the_next_interval_and_sorted(feed: Feed, service: Service, capsys: Any) -> None:
    def serve(seconds: float) -> None:
        service.serve("GET /search", cpu=0.5)
        service.serve("GET /home", cpu=0.1)

    report.table(feed, State(sort="cpu"), 1.0, sleep=serve)
    lines = capsys.readouterr().out.splitlines()
    [search, home] = [line for line in lines if line.startswith("GET")]
    assert search.startswith("GET /search")
    assert "500 ms" in search
    assert "100 ms" in home
    assert lines[0].endswith(" s")


def test_an_object_for_each_interval_until_the_run_ends(feed: Feed, service: Service, capsys: Any) -> None:
    steps: list[Callable[[], object]] = [lambda: service.serve("GET /home"), lambda: None, service.end]

    report.objects(feed, State(), 1.0, once=False, sleep=lambda _: steps.pop(0)())  # type: ignore[func-returns-value]
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert rates_of(first)["GET /home"] > 0
    assert rates_of(second)["GET /home"] == 0
    assert said.err == "obs: the run of chat-api has ended (chat-api-1)\n"


def rates_of(found: dict[str, Any]) -> dict[str, float]:
    return {row["name"]: row["rate"] for row in found["rows"]}


def test_one_object_is_enough_with_once(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["top", "--json", "--once", "--interval", "0.5", "--filter", "home"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["service"], found["run"], found["by"]) == ("chat-api", "chat-api-1", "work")
    assert found["seconds"] >= 0.5
    assert found["loop"] is None
    [row] = found["rows"]
    assert (row["name"], row["feature"], row["team"], row["total"]) == ("GET /home", "messaging", "chat-core", 1)


def test_what_an_object_has_is_on_the_page_of_the_docs() -> None:
    found = report.value(scene.RUN, scene.moment(), scene.moment(), State())
    page = Path(__file__).parents[3].joinpath("docs/top.md").read_text()
    for name in [*found, *found["rows"][0], *found["loop"], *found["blame"][0]]:
        assert f"`{name}`" in page, name


def test_numbers_of_an_object() -> None:
    found = report.value(scene.RUN, scene.moment(blocks=()), scene.moment(), State(by="team"))
    assert found["loop"] == {"busy": 0.4, "late_p99": pytest.approx(0.246, abs=0.001)}
    assert (found["processes"], found["cores"], found["own_cores"]) == (2, 0.8, 0.02)
    assert found["blame"][0] == {"culprit": "media", "seconds": 1.0, "victims": {"chat-core": 0.9, "discovery": 0.1}}
    assert [block["work"] for block in found["blocks"]] == ["POST /attachments"]  # the other has not ended
    assert found["no_work"]["spent"] == {"cpu": 0.03, "held": 0.0}
    assert found["queue"]["rate"] == 66.0
    assert "feature" not in found["rows"][0]


def test_a_block_is_in_one_object_only() -> None:
    assert report.value(scene.RUN, scene.moment(), scene.moment(), State())["blocks"] == []


def test_a_run_that_ends_before_its_table_is_shown_as_it_was(feed: Feed, service: Service, capsys: Any) -> None:
    report.table(feed, State(), 1.0, sleep=lambda _: service.end())
    said = capsys.readouterr().out
    assert "\nGET /home" in said
    assert said.endswith("\nthe run of chat-api has ended (chat-api-1)\n")


def test_a_run_of_the_dead_is_over_also_where_nobody_removes_its_folder(
    feed: Feed, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    report.objects(feed, State(), 1.0, once=False, sleep=lambda _: service.store.detach())
    assert "has ended" in capsys.readouterr().err


def test_nothing_that_runs_is_one_line_and_an_error(runtime: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["top"]) == cli.ERROR
    assert "nothing runs" in capsys.readouterr().err


def test_of_several_runs_one_has_to_be_named(
    service: Service, runtime: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Service(runtime / "shop-1", "shop")
    assert cli.main(["top", "--once"]) == cli.ERROR
    assert "2 runs are alive; choose one with --service NAME: chat-api-1" in capsys.readouterr().err
    assert cli.main(["top", "--once", "--interval", "0.5", "--service", "shop"]) == 0
    assert capsys.readouterr().out.startswith("shop ")
    other.store.detach()


@pytest.mark.parametrize(
    "option", [["--interval", "0.4"], ["--interval", "x"], ["--sort", "name"], ["--by", "person"], ["--filter"]]
)
def test_a_wrong_option_is_an_error(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["top", *option])
    assert option[0] in capsys.readouterr().err
