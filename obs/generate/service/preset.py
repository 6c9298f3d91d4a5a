"""Boards that open with one service chosen."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

VARIABLE = "service"


def preset(board: Mapping[str, Any], service: str) -> dict[str, Any]:
    """The board's JSON with that service in its variable. Its uid stays: links among boards hold."""
    found = copy.deepcopy(dict(board))
    for variable in found.get("templating", {}).get("list", ()):
        if variable.get("name") == VARIABLE:
            many = bool(variable.get("multi"))
            variable["current"] = {
                "selected": True,
                "text": [service] if many else service,
                "value": [service] if many else service,
            }
    return found
