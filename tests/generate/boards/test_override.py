"""A site's changes of the boards, by stable key."""

from __future__ import annotations

from typing import Any

import pytest

from obs.errors import ObsError
from obs.generate.boards.override import overridden
from obs.generate.boards.panel import Panel, Step
from obs.generate.boards.registry import BOARDS
from obs.generate.boards.write import document


def panel(boards: Any, uid: str, key: str) -> Panel:
    found: Panel = next(p for board in boards if board.uid == uid for p in board.panels if p.key == key)
    return found


def test_a_title_and_thresholds_are_changed_and_nothing_else() -> None:
    changes = {"obs-overview/failed": {"title": "Errors", "thresholds": {"warn": 0.02, "bad": 0.05}}}
    boards = overridden(BOARDS, {}, changes)
    changed = panel(boards, "obs-overview", "failed")
    assert changed.title == "Errors"
    assert changed.steps == (Step(0.02, "orange"), Step(0.05, "red"))
    assert boards[1:] == BOARDS[1:]


def test_a_panel_is_taken_out_and_those_beside_it_fill_the_row() -> None:
    (board, *_) = overridden(BOARDS, {}, {"obs-overview/alerts": {"remove": True}})
    first = [p for p in document(board)["panels"] if p["gridPos"]["y"] == 0]
    assert len(first) == 7
    assert sum(p["gridPos"]["w"] for p in first) == 24


def test_a_row_without_panels_goes_and_its_title_with_the_next() -> None:
    keys = ("clocks", "late-and-busy")
    (board, *_) = overridden(BOARDS, {}, {f"obs-overview/{key}": {"remove": True} for key in keys})
    assert [row.title for row in board.rows if row.title] == ["Who is it?", "What changed?"]


def test_a_board_is_renamed_another_left_out() -> None:
    boards = overridden(BOARDS, {"obs-api": {"title": "Endpoints", "refresh": "1m"}, "obs-jobs": {"remove": True}}, {})
    assert len(boards) == len(BOARDS) - 1
    assert (boards[1].title, boards[1].refresh) == ("Endpoints", "1m")


def test_the_least_step_of_all_panels_follows_a_longer_scrape_interval() -> None:
    boards = overridden(BOARDS, {"obs-self": {"interval": "60s"}}, {})
    assert {p.interval for p in boards[-1].panels} == {"60s"}


@pytest.mark.parametrize(
    ("of_boards", "of_panels", "says"),
    [
        ({"obs-overviw": {"title": "x"}}, {}, r"there is no obs-overviw; .*obs-overview"),
        ({}, {"obs-api/endpoint": {"title": "x"}}, r"there is no obs-api/endpoint; .*obs-api/endpoints"),
        ({}, {"obs-api/p99": {"colour": "x"}}, "colour can't be changed"),
        ({}, {"obs-api/p99": {"title": 3}}, "write a text"),
        ({}, {"obs-api/p99": {"title": "p99"}}, "already"),
        ({}, {"obs-api/p99": {"remove": "yes"}}, "write true or false"),
        ({}, {"obs-api/p99": {"thresholds": {"warm": 1}}}, "warn = NUMBER"),
        ({}, {"obs-api/p99": {"thresholds": {"warn": "1"}}}, "numbers"),
        ({}, {"obs-api/p99": {"thresholds": {"warn": 0.5, "bad": 2.5}}}, "already"),
    ],
)
def test_what_is_not_there_or_changes_nothing_is_an_error_that_names_it(
    of_boards: Any, of_panels: Any, says: str
) -> None:
    with pytest.raises(ObsError, match=says):
        overridden(BOARDS, of_boards, of_panels)
