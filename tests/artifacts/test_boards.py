"""dashboards/: what is committed is what the definitions say, and grafanalib's own command makes the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from grafanalib import _gen

from obs.generate.boards.board import Board
from obs.generate.boards.registry import BOARDS
from obs.generate.boards.write import text

DASHBOARDS = Path(__file__).parents[2] / "dashboards"

every_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)


@every_board
def test_the_json_is_up_to_date(board: Board) -> None:
    assert (DASHBOARDS / f"{board.name}.json").read_text() == text(board), "run `python -m tools.gen_boards`"


@every_board
def test_generate_dashboard_makes_the_same(board: Board, tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    assert _gen.generate_dashboard(["-o", str(made), str(DASHBOARDS / f"{board.name}.dashboard.py")]) == 0
    assert made.read_text() == text(board)


def test_there_is_no_other_file() -> None:
    names = {f"{board.name}.{ending}" for board in BOARDS for ending in ("json", "dashboard.py")}
    assert {path.name for path in DASHBOARDS.iterdir() if path.is_file()} == names
