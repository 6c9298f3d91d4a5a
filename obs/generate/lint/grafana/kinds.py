"""The panels that Grafana's rules look at, and the board's language."""

from __future__ import annotations

from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Json

DRAWN = ("stat", "singlestat", "graph", "table", "timeseries", "gauge")
"""Whose title, unit and targets are looked at."""
SOURCED = ("singlestat", "graph", "table", "timeseries")
"""Whose datasource is."""
ASKING = ("singlestat", "gauge", "table", "stat", "state-timeline", "timeseries")
"""Whose queries are."""


def prometheus(board: Board) -> bool:
    """Whether the rules about PromQL apply."""
    return board.language == "prometheus"


def asking(panel: Json) -> bool:
    return panel.get("type") in ASKING
