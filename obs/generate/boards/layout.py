"""Where each panel is: grafanalib has no layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from obs.generate.boards.board import Board, Row
from obs.generate.boards.panel import Panel

COLUMNS = 24


class Place(NamedTuple):
    """A cell of Grafana's grid. ``panel`` is None for the title of a section."""

    x: int
    y: int
    width: int
    height: int
    title: str = ""
    panel: Panel | None = None


def places(board: Board) -> Iterator[Place]:
    """Each title and panel from top to bottom, without a gap."""
    y = 0
    for row in board.rows:
        if row.title:
            yield Place(0, y, COLUMNS, 1, row.title)
            y += 1
        yield from line(row, y)
        y += row.height


def line(row: Row, y: int) -> Iterator[Place]:
    x = 0
    for panel, width in zip(row.panels, filled([panel.width for panel in row.panels]), strict=True):
        yield Place(x, y, width, row.height, panel=panel)
        x += width


def filled(widths: Sequence[int]) -> list[int]:
    """``widths`` in the same proportion, adding up to 24: what is left of a row when a panel was taken out."""
    total, edges, sum_ = sum(widths), [0], 0
    for width in widths:
        sum_ += width
        edges.append(round(sum_ * COLUMNS / total))
    return [right - left for left, right in pairwise(edges)]
