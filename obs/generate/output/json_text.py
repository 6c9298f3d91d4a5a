"""A board as text, byte for byte the same from the same board."""

from __future__ import annotations

import json
from typing import Any


def indented(board: Any) -> str:
    """For a file that people compare."""
    return json.dumps(board, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def compact(board: Any) -> str:
    """Where size counts."""
    return json.dumps(board, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
