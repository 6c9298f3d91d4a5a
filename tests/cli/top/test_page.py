"""The screen as a person sees it: whole pictures are in screens/, to be looked at when they change.

OBS_WRITE_SCREENS=1 writes them anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from obs.cli.top import header
from obs.cli.top.history import History
from obs.cli.top.moment import Moment
from obs.cli.top.page import page
from obs.cli.top.report import rows
from obs.cli.top.state import Scope, State
from obs.host.blocks.render import Line, plain
from obs.host.tally import Reading
from obs.host.vitals import Pulse
from tests.cli.top import scene

SCREENS = Path(__file__).parent / "screens"

PICTURES = {
    "table-80": (State(), 80, 24),
    "table-140": (State(sort="delay", unit="cores"), 140, 30),
    "work-80": (State(opened="GET /home"), 80, 24),
    "work-140": (State(opened="POST /attachments"), 140, 30),
    "teams-80": (State(by="team", sort="cpu"), 80, 18),
    "filter-80": (State(filter="SEARCH"), 80, 18),
    "help-80": (State(help=True), 80, 24),
}


@pytest.fixture(autouse=True)
def _in_one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def screen(state: State, width: int, height: int, moment: Moment | None = None) -> list[Line]:
    moment = moment or scene.moment()
    return page(scene.RUN, moment, rows(moment, state), scene.history(), state, width, height)


def text(state: State, width: int = 100, height: int = 30, moment: Moment | None = None) -> str:
    return "\n".join(map(plain, screen(state, width, height, moment)))


@pytest.mark.parametrize("name", PICTURES)
def test_the_whole_screen(name: str) -> None:
    found = text(*PICTURES[name]) + "\n"
    file = SCREENS / f"{name}.txt"
    if os.environ.get("OBS_WRITE_SCREENS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(found)
    assert found == file.read_text()


@pytest.mark.parametrize(("width", "height"), [(40, 10), (60, 16), (80, 24), (140, 40), (300, 90)])
@pytest.mark.parametrize("name", PICTURES)
def test_it_has_as_many_lines_as_the_terminal_and_none_is_wider(name: str, width: int, height: int) -> None:
    found = screen(PICTURES[name][0], width, height)
    assert len(found) == height
    assert max(len("".join(part for _, part in line)) for line in found) <= width


@pytest.mark.parametrize(("width", "height"), [(39, 24), (80, 9), (1, 1)])
def test_a_terminal_that_is_too_small_is_told_so(width: int, height: int) -> None:
    [line] = screen(State(), width, height)
    assert "obs top needs 40x10".startswith(plain(line).rstrip("…"))


def test_the_row_under_the_bar_is_in_sight_however_many_there_are() -> None:
    base = scene.at(720).works["GET /home"]
    many = replace(scene.at(720), works={f"GET /{number:03}": base for number in range(500)})
    moment = replace(scene.moment(), now=many, before=Reading(710.0, {}))
    for selected in ("GET /000", "GET /250", "GET /499"):
        lines = screen(State(selected=selected), 80, 24, moment)
        barred = [plain(line) for line in lines if line and "reverse" in line[0][0] and line[0][1].startswith("GET")]
        assert [line.split()[1] for line in barred] == [selected.split()[1]]


@pytest.mark.parametrize("sort", ["blocked", "held", "errors"])
def test_the_column_that_rows_are_sorted_by_is_never_left_out(sort: str) -> None:
    head = text(State(sort=sort), 60, 24).splitlines()[3:5]
    assert sort in "".join(head)


def test_what_is_sorted_by_is_what_is_shown() -> None:
    def order(**options: str) -> list[str]:
        return [row.work for row in rows(scene.moment(), State(sort="cpu", **options)).works]

    assert order(unit="each") == ["POST /attachments", "push.notify", "GET /search", "GET /home"]
    assert order(unit="cores") == ["POST /attachments", "GET /home", "GET /search", "push.notify"]


def test_shares_are_of_the_total() -> None:
    lines = text(State(unit="share", sort="cpu")).splitlines()
    assert next(line for line in lines if line.startswith("POST")).split()[9] == "60%"
    assert next(line for line in lines if line.startswith("total")).split()[9] == "100%"


def test_a_team_that_was_opened_shows_its_works_only() -> None:
    found = text(State(scope=Scope("team", "media")))
    assert "\nPOST /attachments" in found
    assert "\nGET /home" not in found
    assert "(queue)" not in found
    assert "all of team media" in found


def test_a_filter_keeps_who_is_to_blame_for_what_it_shows() -> None:
    found = text(State(filter="home"))
    assert "POST /attachments costs" in found
    assert "\nPOST" not in found
    assert "chat/media.py" not in found


def test_a_run_in_which_nothing_has_ended_says_so() -> None:
    nothing = Reading(1.0, {})
    found = text(State(), moment=Moment(0.0, Reading(0.0, {}), nothing, Reading(0.0, {}), nothing))
    assert "no work yet" in found
    assert "no event loop is watched" in found


def test_a_work_that_is_gone_can_still_be_looked_at() -> None:
    assert "none of it now" in text(State(opened="GET /gone"))


def test_before_there_is_a_course_it_says_so() -> None:
    state = State(opened="GET /home")
    moment = scene.moment()
    found = page(scene.RUN, moment, rows(moment, state), History(), state, 80, 24)
    assert any("the course is drawn in a few seconds" in plain(line) for line in found)


def test_what_would_move_the_cursor_in_a_name_is_not_drawn() -> None:
    moment = scene.moment()
    works = {"job\x1b[2J\x07\x9b1m": scene.at(720).works["push.notify"]}
    found = text(State(), moment=replace(moment, now=replace(moment.now, works=works)))
    assert "job�[2J��1m" in found
    assert "\x1b" not in found


def test_a_pause_is_plain_to_see() -> None:
    assert " paused " in text(State(paused=True))


def test_a_service_of_no_work_of_its_own_still_has_connections_waiting() -> None:
    moment = scene.moment()
    now = replace(moment.now, vitals=replace(moment.now.vitals, backlog=17.0))
    assert "17 to be accepted" in text(State(), moment=replace(moment, now=now))


@pytest.mark.parametrize(("busy", "said"), [(0.8, "obs 0.020 cores, 2.5%"), (0.01, "obs 0.020 cores")])
def test_what_obs_uses_is_set_beside_a_service_that_works_only(busy: float, said: str) -> None:
    assert "".join(text for _, text in header.own(Pulse(2, busy, 0.02, 1e8, None, None))) == said
