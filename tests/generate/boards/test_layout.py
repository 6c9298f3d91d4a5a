"""Where panels are."""

from __future__ import annotations

import pytest

from obs.generate.boards.board import Board, Row
from obs.generate.boards.layout import filled, places
from obs.generate.boards.panel import Text


def text(key: str, width: int) -> Text:
    return Text(key=key, title=key, description=key, width=width)


def board(*rows: Row) -> Board:
    return Board(name="x", title="x", description="x", rows=rows, variables=(), annotations=())


def test_rows_stand_below_each_other_and_titles_take_a_line() -> None:
    found = list(places(board(Row((text("a", 8), text("b", 16)), height=4), Row((text("c", 24),), title="More"))))
    assert [(p.x, p.y, p.width, p.height, p.title) for p in found] == [
        (0, 0, 8, 4, ""),
        (8, 0, 16, 4, ""),
        (0, 4, 24, 1, "More"),
        (0, 5, 24, 8, ""),
    ]


@pytest.mark.parametrize("widths", [(24,), (8, 8, 8), (12,), (8, 8), (4, 4, 4, 4, 4), (3,) * 7, (1, 23), (5, 5, 6)])
def test_what_is_left_of_a_row_fills_it(widths: tuple[int, ...]) -> None:
    found = filled(widths)
    assert sum(found) == 24
    assert min(found) > 0
