"""A board as a file."""

from __future__ import annotations

import json
from typing import Any

from obs.generate.boards.board import Board


def document(board: Board) -> dict[str, Any]:
    """What Grafana reads."""
    from obs.generate.boards.grafana.dashboard import dashboard  # grafanalib: an extra, and slow to import

    found: dict[str, Any] = dashboard(board).to_json_data()
    return found


def text(board: Board) -> str:
    """As JSON, the same bytes from the same board: those that grafanalib's ``generate-dashboard`` writes."""
    return json.dumps(document(board), indent=2, sort_keys=True) + "\n"
